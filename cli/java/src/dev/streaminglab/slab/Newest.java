package dev.streaminglab.slab;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The newest records of a topic, and with {@code follow} those that come: {@code SERVERS TOPIC COUNT [follow]}.
 *
 * <p>Kafka's console consumer begins at an offset of one partition, or reads a topic to its end. Here the ends of all
 * partitions are asked for, and what lies right before them is read: it costs the same however long the topic is.
 * It is in no group and commits nothing.
 *
 * <p>A line a record: time, partition, offset, key and value between tabs, both in base64 ("-" where there is none). An
 * empty line follows the newest.
 */
public final class Newest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final int NO_TOPIC = 3;
    /** How many times as far back as before, where there were fewer records than offsets. */
    private static final int FURTHER = 10;

    /** One record, by where it is. */
    private record Mark(long time, int partition, long offset) implements Comparable<Mark> {
        @Override
        public int compareTo(Mark other) {
            int byTime = Long.compare(time, other.time);
            int byPlace = byTime != 0 ? byTime : Integer.compare(partition, other.partition);
            return byPlace != 0 ? byPlace : Long.compare(offset, other.offset);
        }

        static Mark of(ConsumerRecord<byte[], byte[]> record) {
            return new Mark(record.timestamp(), record.partition(), record.offset());
        }
    }

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;
    private final PrintStream out =
            new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16), false);

    private Newest(String servers, String topic) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", servers);
        settings.put("client.id", "kubectl-slab");
        settings.put("enable.auto.commit", false);
        settings.put("allow.auto.create.topics", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("default.api.timeout.ms", (int) PATIENCE.toMillis());
        settings.put("request.timeout.ms", (int) PATIENCE.toMillis() / 2);
        // It runs in a broker's memory: 50 MiB would be fetched otherwise.
        settings.put("fetch.max.bytes", 4 << 20);
        this.topic = topic;
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** See the class. The jar that was brought along for it is taken away: the JVM has it open. */
    public static void main(String[] words) throws IOException {
        String brought = System.getenv("SLAB_JAR");
        if (brought != null) {
            Files.deleteIfExists(Path.of(brought));
        }
        try {
            System.exit(new Newest(words[0], words[1]).run(Integer.parseInt(words[2]), words.length > 3));
        } catch (KafkaException error) {
            System.err.println("Error: " + error.getMessage());
            System.exit(1);
        }
    }

    private int run(int count, boolean follow) {
        Set<TopicPartition> known = places(PATIENCE, false);
        if (known.isEmpty()) {
            System.err.println("Error: there is no topic " + topic);
            return NO_TOPIC;
        }
        if (follow) {
            endWithInput();
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(places(PATIENCE, true));
        show(marks(ends, count));
        out.print("\n");
        out.flush();
        if (follow) {
            follow(known, ends);
        }
        return 0;
    }

    /** Partitions; {@code led}: those alone that have a leader, as nobody tells of the others. */
    private Set<TopicPartition> places(Duration patience, boolean led) {
        List<PartitionInfo> known = consumer.partitionsFor(topic, patience);
        Set<TopicPartition> found = new HashSet<>();
        for (PartitionInfo one : known == null ? List.<PartitionInfo>of() : known) {
            if (!led || one.leader() != null && !one.leader().isEmpty()) {
                found.add(new TopicPartition(topic, one.partition()));
            }
        }
        return found;
    }

    /** The newest of all partitions: as many of each are looked at, and more where offsets are no records. */
    private Set<Mark> marks(Map<TopicPartition, Long> ends, int count) {
        Map<TopicPartition, Long> first = consumer.beginningOffsets(ends.keySet());
        Map<TopicPartition, Long> until = new HashMap<>(ends);
        TreeSet<Mark> newest = new TreeSet<>();
        long back = count;
        while (newest.size() < count && !until.equals(first)) {
            Map<TopicPartition, Long> from = new HashMap<>();
            for (TopicPartition one : until.keySet()) {
                from.put(one, Math.max(first.get(one), until.get(one) - back));
            }
            read(from, until, record -> {
                newest.add(Mark.of(record));
                if (newest.size() > count) {
                    newest.pollFirst();
                }
            });
            until = from;
            back *= FURTHER;
        }
        return newest;
    }

    /** Read once more what was chosen: so that of large records none has to be kept. */
    private void show(Set<Mark> chosen) {
        Map<TopicPartition, Long> from = new HashMap<>();
        Map<TopicPartition, Long> until = new HashMap<>();
        for (Mark one : chosen) {
            TopicPartition place = new TopicPartition(topic, one.partition);
            from.merge(place, one.offset, Math::min);
            until.merge(place, one.offset + 1, Math::max);
        }
        read(from, until, record -> {
            if (chosen.contains(Mark.of(record))) {
                tell(record);
            }
        });
    }

    /** Each record from some offsets up to others. */
    private void read(
            Map<TopicPartition, Long> from, Map<TopicPartition, Long> until, Consumer<ConsumerRecord<byte[], byte[]>> take) {
        Set<TopicPartition> open = new HashSet<>(from.keySet());
        open.removeIf(one -> from.get(one) >= until.get(one));
        consumer.assign(open);
        open.forEach(one -> consumer.seek(one, from.get(one)));
        long silent = System.nanoTime();
        while (!open.isEmpty()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                silent = System.nanoTime();
                if (record.offset() < until.get(new TopicPartition(topic, record.partition()))) {
                    take.accept(record);
                }
            }
            // Past the marks of transactions too, which no poll gives.
            if (open.removeIf(one -> consumer.position(one) >= until.get(one))) {
                consumer.assign(Set.copyOf(open));
            }
            if (System.nanoTime() - silent > PATIENCE.toNanos()) {
                throw new KafkaException("Kafka gives no record of " + open);
            }
        }
    }

    private void follow(Set<TopicPartition> known, Map<TopicPartition, Long> ends) {
        consumer.assign(known);
        ends.forEach(consumer::seek);
        Set<TopicPartition> quiet = new HashSet<>(known);
        quiet.removeAll(ends.keySet());
        if (!quiet.isEmpty()) { // Of none, all would be meant.
            consumer.seekToEnd(quiet);
        }
        long looked = System.nanoTime();
        while (!out.checkError()) {
            consumer.poll(POLL).forEach(this::tell);
            if (System.nanoTime() - looked > LOOK.toNanos()) {
                addNew();
                looked = System.nanoTime();
            }
        }
    }

    /** Partitions that the topic has got meanwhile, from their beginning. */
    private void addNew() {
        try {
            Set<TopicPartition> all = new HashSet<>(consumer.assignment());
            if (all.addAll(places(POLL, false))) {
                consumer.assign(all);
            }
        } catch (KafkaException busy) {
            return; // A broker may just be away: another time.
        }
    }

    private void tell(ConsumerRecord<byte[], byte[]> record) {
        out.print(record.timestamp() + "\t" + record.partition() + "\t" + record.offset() + "\t");
        out.print(packed(record.key()) + "\t" + packed(record.value()) + "\n");
    }

    private static String packed(byte[] value) {
        return value == null ? "-" : new String(Base64.getEncoder().encode(value), StandardCharsets.US_ASCII);
    }

    /** `kubectl exec` leaves a program running when its caller goes (kubernetes/kubernetes#89031). */
    private static void endWithInput() {
        Thread watching = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {
                    continue;
                }
            } catch (IOException gone) {
                // The same as its end.
            }
            Runtime.getRuntime().halt(0);
        });
        watching.setDaemon(true);
        watching.start();
    }
}
