package dev.streaminglab.connect;

import dev.streaminglab.connect.DropFolder.Stamp;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * One file on its way: rows become records in order, and it is finished when Kafka has all of them.
 *
 * <p>A file that grows after it was taken (an upload that paused) is read on from the last whole
 * row, as soon as it has stood still again.
 */
final class TakenFile implements Closeable {
    static final String FILE = "file";
    static final String LINE = "line";
    private static final int BATCH_CHARS = 1_048_576;

    private final Path path;
    private final CsvDirectoryConfig config;
    private final AtomicLong waiting = new AtomicLong();
    private CharSource source;
    private CsvReader reader;
    private RowSchema schema;
    private Stamp stamp;
    private long stampSince;
    private long line;
    private boolean ended;
    private String reason;

    /** A taken file whose rows up to (and with) a line number have been sent; 0 for none. */
    TakenFile(Path path, CsvDirectoryConfig config, long line) {
        this.path = path;
        this.config = config;
        this.line = line;
    }

    Path path() {
        return path;
    }

    /** The last line that was handed out. */
    long line() {
        return line;
    }

    /** What names this file in Kafka Connect's offsets. */
    static Map<String, String> partition(Path path) {
        return Map.of(FILE, path.getFileName().toString());
    }

    /** Why the file cannot be read any further; null when nothing is wrong with it. */
    String reason() {
        return reason;
    }

    /** Whether there is no further record, and Kafka has acknowledged every one. */
    boolean finished() {
        return ended && waiting.get() == 0;
    }

    /** Kafka has one more record of this file (or a transform has dropped it). */
    void acknowledge() {
        waiting.decrementAndGet();
    }

    /** The next records; empty when it has ended, or while it has to stand still again. */
    List<SourceRecord> next(long now) throws IOException {
        List<SourceRecord> records = new ArrayList<>();
        if (ended || reader == null && !open(now)) {
            return records;
        }
        try {
            read(records, now);
        } catch (CsvException error) {
            fail(error.getMessage(), now);
        }
        waiting.addAndGet(records.size());
        return records;
    }

    /** Opens the file and skips what has been sent; false while it still changes. */
    private boolean open(long now) throws IOException {
        if (stamp != null && (grown(now) || now - stampSince < settleNanos())) {
            return false;
        }
        stamp = Stamp.of(path);
        stampSince = now;
        try {
            source = new CharSource(Files.newByteChannel(
                path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)), config.charset());
            reader = new CsvReader(source, config.separator(source.ahead()),
                config.getInt(CsvDirectoryConfig.MAX_ROW_CHARS));
            skip();
        } catch (CsvException error) {
            fail(error.getMessage(), now);
        } catch (IOException error) {
            fail("it cannot be opened: " + error, now);
        }
        return reader != null && !ended;
    }

    private void skip() throws IOException {
        List<String> header = reader.next();
        if (header == null) {
            throw new CsvException(1, "no header line");
        }
        schema = RowSchema.of(header, config.types(),
            config.getString(CsvDirectoryConfig.KEY_FIELD));
        while (reader.lastLine() < line && reader.next() != null) {
            continue;
        }
    }

    private void read(List<SourceRecord> records, long now) throws IOException {
        int most = config.getInt(CsvDirectoryConfig.BATCH_ROWS);
        for (int chars = 0; records.size() < most && chars < BATCH_CHARS; ) {
            List<String> row = reader.next();
            // The last row may be half of one, if somebody still writes.
            if ((row == null || !reader.terminated()) && grown(now)) {
                close();
                return;
            }
            if (row == null) {
                ended = true;
                close();
                return;
            }
            records.add(record(row));
            chars += row.stream().mapToInt(field -> field == null ? 0 : field.length()).sum();
        }
    }

    private SourceRecord record(List<String> row) throws CsvException {
        SourceRecord record = new SourceRecord(
            partition(path), Map.of(LINE, reader.lastLine()),
            config.getString(CsvDirectoryConfig.TOPIC), null,
            schema.keySchema(), schema.key(row),
            schema.schema(), schema.value(row, reader.firstLine()));
        line = reader.lastLine();
        return record;
    }

    /** Remembers what is wrong; not while the file still changes, because it may be cut there. */
    private void fail(String problem, long now) throws IOException {
        if (!grown(now)) {
            reason = problem;
            ended = true;
        }
        close();
    }

    /** Whether it has changed since it was opened (or since the last look); notes how it is now. */
    private boolean grown(long now) throws IOException {
        Stamp present = Stamp.of(path);
        if (present == null || present.equals(stamp)) {
            return false;
        }
        stamp = present;
        stampSince = now;
        return true;
    }

    private long settleNanos() {
        return config.getLong(CsvDirectoryConfig.SETTLE) * 1_000_000;
    }

    @Override
    public void close() throws IOException {
        reader = null;
        if (source != null) {
            source.close();
        }
    }
}
