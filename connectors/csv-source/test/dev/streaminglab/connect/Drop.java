package dev.streaminglab.connect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** A drop folder with a task on it, and a Kafka that acknowledges and commits when it is told to. */
final class Drop implements SourceTaskContext, OffsetStorageReader {
    final Path root;
    final Map<String, String> options = new HashMap<>();
    /** What Kafka Connect has committed: file to line. */
    final Map<Object, Map<String, Object>> committed = new HashMap<>();
    /** What came out of the task, over all its restarts. */
    final List<SourceRecord> received = new ArrayList<>();
    private final List<SourceRecord> unacknowledged = new ArrayList<>();
    private CsvDirectorySourceTask task;

    Drop(Path root) {
        this.root = root;
        options.putAll(Map.of("name", "incidents", "input.path", root.toString(),
            "topic", "incidents", "poll.interval.ms", "10", "file.settle.ms", "0"));
    }

    void put(String name, String text) throws IOException {
        Files.writeString(root.resolve(name), text);
    }

    void start() {
        task = new CsvDirectorySourceTask();
        task.initialize(this);
        task.start(options);
    }

    CsvDirectorySourceTask task() {
        return task;
    }

    void putBytes(String name, byte[] bytes) throws IOException {
        Files.write(root.resolve(name), bytes);
    }

    void stop() {
        task.stop();
    }

    /** As a worker that is killed: what was not acknowledged is forgotten. */
    void restart() {
        task.stop();
        unacknowledged.clear();
        start();
    }

    /** Calls poll() for some hundred milliseconds, without an acknowledgement. */
    void poll() throws InterruptedException {
        for (int turn = 0; turn < 12; turn++) {
            List<SourceRecord> records = task.poll();
            if (records != null) {
                received.addAll(records);
                unacknowledged.addAll(records);
            }
        }
    }

    void acknowledge() {
        for (SourceRecord record : unacknowledged) {
            task.commitRecord(record, null);
        }
    }

    /** Kafka has it all, and Connect has stored how far it came. */
    void commit() {
        acknowledge();
        for (SourceRecord record : unacknowledged) {
            committed.put(record.sourcePartition().get("file"), copy(record.sourceOffset()));
        }
        unacknowledged.clear();
    }

    private static Map<String, Object> copy(Map<String, ?> offset) {
        return new HashMap<>(offset);
    }

    void run() throws InterruptedException {
        poll();
        commit();
        poll();
    }

    /** The values of one column, in the order in which they came. */
    List<Object> values(String column) {
        return received.stream().map(record -> ((Struct) record.value()).get(column))
            .collect(Collectors.toList());
    }

    /** Names of all files below the folder, without the times in front of taken ones. */
    List<String> files() throws IOException {
        try (Stream<Path> found = Files.walk(root)) {
            return found.filter(path -> !Files.isDirectory(path))
                .map(path -> root.relativize(path).toString().replaceAll("/\\d{13}-", "/"))
                .sorted().collect(Collectors.toList());
        }
    }

    String text(String name) throws IOException {
        return Files.readString(root.resolve(name));
    }

    @Override
    public <T> Map<String, Object> offset(Map<String, T> partition) {
        return committed.get(partition.get("file"));
    }

    @Override
    public <T> Map<Map<String, T>, Map<String, Object>> offsets(
            Collection<Map<String, T>> partitions) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, String> configs() {
        return options;
    }

    @Override
    public OffsetStorageReader offsetStorageReader() {
        return this;
    }

    @Override
    public PluginMetrics pluginMetrics() {
        throw new UnsupportedOperationException();
    }
}
