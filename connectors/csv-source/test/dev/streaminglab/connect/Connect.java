package dev.streaminglab.connect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * What WorkerSourceTask of Kafka 4.3 does with the records of a task, and a broker that refuses some.
 *
 * <p>A refused record fails its whole producer batch. With errors.tolerance all, each record of that
 * is committed without metadata, and the offset goes over it; else the task fails, and the
 * offset stays in front of the first one.
 */
final class Connect {
    private static final RecordMetadata METADATA =
        new RecordMetadata(new TopicPartition("incidents", 0), 0, 0, 0, 0, 0);

    private static final class Submitted {
        private final SourceRecord record;
        private boolean acknowledged;

        private Submitted(SourceRecord record) {
            this.record = record;
        }
    }

    /** What Kafka has. */
    final List<SourceRecord> kafka = new ArrayList<>();
    /** How often the task failed. */
    int failures;
    /** Records that the broker refuses. */
    Predicate<SourceRecord> refuses = record -> false;
    /** Records in one request of the producer. */
    int batch = 5;
    private final Drop drop;
    private List<Submitted> submitted = new ArrayList<>();

    Connect(Drop drop) {
        this.drop = drop;
        drop.start();
    }

    /** Runs the task for some turns, and starts it anew when it has failed. */
    void run(int turns) throws InterruptedException {
        for (int turn = 0; turn < turns; turn++) {
            List<SourceRecord> records = drop.task().poll();
            if (records != null && !send(records)) {
                failures++;
                restart();
            }
        }
    }

    /** Runs the task until no file is on its way any more. */
    void runToTheEnd() throws Exception {
        for (int turn = 0; turn < 100; turn++) {
            run(10);
            if (drop.files().stream().noneMatch(
                    file -> file.startsWith("processing") || !file.contains("/"))) {
                return;
            }
        }
        throw new AssertionError("still on their way: " + drop.files());
    }

    /** Stops the task when Kafka has what is on its way, and starts it anew. */
    void restart() {
        drop.task().stop();
        submitted = new ArrayList<>();
        drop.start();
    }

    /** A worker that is killed. */
    void kill() {
        submitted = new ArrayList<>();
        drop.start();
    }

    private boolean send(List<SourceRecord> records) {
        boolean fine = true;
        List<Submitted> sent = new ArrayList<>();
        records.forEach(record -> sent.add(new Submitted(record)));
        submitted.addAll(sent);
        for (List<Submitted> topic : sent.stream().collect(
                Collectors.groupingBy(entry -> entry.record.topic())).values()) {
            for (int at = 0; at < topic.size(); at += batch) {
                fine &= produce(topic.subList(at, Math.min(topic.size(), at + batch)));
            }
        }
        commit();
        return fine;
    }

    private boolean produce(List<Submitted> request) {
        boolean taken = request.stream().noneMatch(entry -> refuses.test(entry.record));
        boolean tolerant = "all".equals(drop.options.get("errors.tolerance"));
        for (Submitted entry : request) {
            if (taken) {
                kafka.add(entry.record);
                drop.task().commitRecord(entry.record, METADATA);
            } else if (tolerant) {
                drop.task().commitRecord(entry.record, null);
            }
            entry.acknowledged = taken || tolerant;
        }
        return taken || tolerant;
    }

    private void commit() {
        while (!submitted.isEmpty() && submitted.get(0).acknowledged) {
            SourceRecord record = submitted.remove(0).record;
            drop.committed.put(
                record.sourcePartition().get("file"), new HashMap<>(record.sourceOffset()));
        }
    }

    /** The values of one column in a topic, in the order in which Kafka got them. */
    List<Object> values(String column) {
        return kafka.stream().filter(record -> record.value() instanceof Struct)
            .map(record -> ((Struct) record.value()).get(column)).collect(Collectors.toList());
    }
}
