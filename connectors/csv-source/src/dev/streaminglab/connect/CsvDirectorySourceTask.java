package dev.streaminglab.connect;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one file after the other, and moves each one on only when Kafka has acknowledged its rows.
 *
 * <p>A restart goes on behind the last committed line of the file that was being read.
 */
public final class CsvDirectorySourceTask extends SourceTask {
    private static final Logger LOG = LoggerFactory.getLogger(CsvDirectorySourceTask.class);
    /** Connect waits some seconds for poll() to return when it stops a task. */
    private static final long LONGEST_PAUSE_MILLIS = 500;
    private static final long PAUSE_FOR_KAFKA_MILLIS = 20;

    private final Queue<Path> unfinished = new ArrayDeque<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private CsvDirectoryConfig config;
    private String name;
    private ErrorCount errors;
    private DropFolder folder;
    private volatile TakenFile current;
    private long nextLook;

    @Override
    public String version() {
        return Version.of(CsvDirectorySourceTask.class);
    }

    @Override
    public void start(Map<String, String> options) {
        config = new CsvDirectoryConfig(options);
        Path path = config.inputPath();
        String problem = DropFolder.problem(path);
        if (problem != null) {
            throw new ConnectException(
                CsvDirectoryConfig.INPUT_PATH + ": " + path + " " + problem);
        }
        name = options.getOrDefault("name", "csv");
        errors = new ErrorCount(name);
        folder = new DropFolder(path, name,
            config.getString(CsvDirectoryConfig.FILE_PATTERN),
            config.getLong(CsvDirectoryConfig.SETTLE));
        try {
            unfinished.addAll(folder.unfinished());
        } catch (IOException | DirectoryIteratorException error) {
            throw failure(error);
        }
        nextLook = System.nanoTime();
    }

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
        try {
            if (current == null) {
                current = nextFile();
            }
            if (current == null) {
                pause(config.getLong(CsvDirectoryConfig.POLL_INTERVAL));
                return null;
            }
            if (current.flight().isEmpty()) {
                errors.begin();
            }
            List<SourceRecord> records = current.next(System.nanoTime());
            if (!records.isEmpty()) {
                return records;
            }
            if (current.finished()) {
                finish(current);
                current = null;
            } else if (current.flight().isEmpty()) {
                pause(PAUSE_FOR_KAFKA_MILLIS);
            } else {
                current.flight().await(PAUSE_FOR_KAFKA_MILLIS);
            }
            return null;
        } catch (IOException | DirectoryIteratorException error) {
            throw failure(error);
        }
    }

    private ConnectException failure(Exception error) {
        return new ConnectException(CsvDirectoryConfig.INPUT_PATH + ": " + config.inputPath()
            + ": " + error, error);
    }

    private TakenFile nextFile() throws IOException {
        Path path = unfinished.poll();
        if (path == null) {
            path = look();
        }
        if (path == null) {
            return null;
        }
        Map<String, Object> offset =
            context.offsetStorageReader().offset(TakenFile.partition(path));
        Object line = offset == null ? null : offset.get(TakenFile.LINE);
        long behind = line instanceof Number number ? number.longValue() : 0;
        LOG.info("reading {} from line {} on", path, behind + 1);
        return new TakenFile(path, config, name, behind);
    }

    /** Looks into the folder, at most once in an interval; the next file or null. */
    private Path look() throws IOException {
        long now = System.nanoTime();
        if (now - nextLook < 0) {
            return null;
        }
        Path path = folder.take(now);
        if (path == null) {
            long interval = config.getLong(CsvDirectoryConfig.POLL_INTERVAL);
            nextLook = now + TimeUnit.MILLISECONDS.toNanos(interval);
        }
        return path;
    }

    private void finish(TakenFile file) throws IOException {
        file.close();
        if (!Files.exists(file.path(), LinkOption.NOFOLLOW_LINKS)) {
            LOG.warn("{} was removed by somebody else", file.path());
        } else {
            // First: when the worker ends in between, the file is looked at again.
            if (file.aside().exists()) {
                Path moved = folder.aside(file.path(), file.aside());
                LOG.error("{}: rows were set aside, and why is in the file beside it", moved);
            }
            if (file.reason() == null) {
                LOG.info("{}: read to its end", folder.done(file.path()));
            } else {
                Path moved = folder.error(file.path(), file.reason() + "\n" + file.sent());
                LOG.error("{}: {} {}", moved, file.reason(), file.sent());
            }
        }
        file.forget();
    }

    /** Waits, but not when the task is stopped, nor longer than Connect waits for a stop. */
    private void pause(long millis) throws InterruptedException {
        stopped.await(Math.min(millis, LONGEST_PAUSE_MILLIS), TimeUnit.MILLISECONDS);
    }

    /** Connect tells of a record that is in Kafka, and without metadata of one that is not. */
    @Override
    public void commitRecord(SourceRecord record, RecordMetadata metadata) {
        TakenFile file = current;
        if (file != null && record.sourcePartition().equals(TakenFile.partition(file.path()))) {
            file.flight().settle(record, metadata != null || wasLeftOut());
        }
    }

    /** Whether a record that is not in Kafka was left out by a transform, and did not fail. */
    private boolean wasLeftOut() {
        return !config.tolerant() || config.transforms() && errors.isUnchanged();
    }

    @Override
    public void stop() {
        stopped.countDown();
        TakenFile file = current;
        if (file == null) {
            return;
        }
        file.flight().stop(System.nanoTime());
        try {
            file.close();
        } catch (IOException error) {
            LOG.warn("{} was not closed: {}", file.path(), error.toString());
        }
    }
}
