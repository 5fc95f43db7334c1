package dev.streaminglab.connect;

import dev.streaminglab.connect.DropFolder.Stamp;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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
    private final FileFormat format;
    private final CsvDirectoryConfig config;
    private final String connector;
    private final Journal journal;
    private final Flight flight;
    private final Aside aside;
    private final Set<Long> doubts;
    private final Set<Long> settled;
    private SeekableByteChannel channel;
    private Encoding encoding;
    private Rows reader;
    private String header;
    private RowSchema schema;
    private Stamp stamp;
    private long stampSince;
    private long line;
    private boolean ended;
    private String reason;

    /** A taken file whose rows up to (and with) a line number have been sent; 0 for none. */
    TakenFile(Path path, CsvDirectoryConfig config, String connector, long line)
            throws IOException {
        this.path = path;
        this.format = FileFormat.of(config.getString(CsvDirectoryConfig.FILE_FORMAT),
            DropFolder.originalName(path));
        this.config = config;
        this.connector = connector;
        this.line = line;
        this.journal = new Journal(DropFolder.beside(path, "journal"), line);
        this.flight = new Flight(journal);
        this.aside = new Aside(
            DropFolder.beside(path, "rows"), DropFolder.beside(path, "reasons"));
        this.doubts = journal.doubts();
        this.settled = journal.settled();
    }

    Path path() {
        return path;
    }

    Flight flight() {
        return flight;
    }

    Aside aside() {
        return aside;
    }

    /** What names this file in Kafka Connect's offsets. */
    static Map<String, String> partition(Path path) {
        return Map.of(FILE, path.getFileName().toString());
    }

    /** Why the file cannot be read any further; null when nothing is wrong with it. */
    String reason() {
        return reason;
    }

    /** Which rows were sent, in words. */
    String sent() {
        String behind = settled.stream().filter(found -> found > line).map(String::valueOf)
            .collect(Collectors.joining(", "));
        String units = format == FileFormat.CSV ? "rows that begin on the lines " : "records ";
        return (line == 0 ? "No row was sent."
            : "The rows up to " + format.unit() + " " + line + " were sent.")
            + (behind.isEmpty() ? "" : " So were the " + units + behind + ".");
    }

    /** Whether there is no further record, and Kafka has acknowledged every one. */
    boolean finished() {
        return ended && flight.isDone();
    }

    /** The next records; empty when it has ended, while it waits, or has to stand still again. */
    List<SourceRecord> next(long now) throws IOException {
        List<SourceRecord> records = new ArrayList<>();
        Row refused = flight.takeRefused();
        Row again = flight.nextAgain();
        if (refused != null) {
            refuse(refused, records);
        } else if (again != null) {
            sendAgain(again, records, now);
        } else if (!ended && !flight.isFull() && (reader != null || open(now))) {
            try {
                read(records, now);
            } catch (CsvException error) {
                fail(error.getMessage(), now);
            }
        }
        return records;
    }

    /** Kafka Connect did not send a row that was sent alone. */
    private void refuse(Row row, List<SourceRecord> records) throws IOException {
        String words = format.say(Refusal.words(row, schema.key(row.fields())));
        if (config.tolerant()) {
            setAside(row, words, false, records);
        } else {
            end(words);
        }
    }

    private void end(String words) throws IOException {
        reason = format.say(words);
        ended = true;
        flight.dropAll();
        close();
    }

    private void sendAgain(Row row, List<SourceRecord> records, long now) throws IOException {
        if (!flight.isEmpty()) {
            return;
        }
        if (journal.hasFailed(row.firstLine())) {
            flight.drop(row);
            refuse(row, records);
            return;
        }
        try {
            SourceRecord record = record(row);
            flight.addAlone(record, row, now);
            records.add(record);
        } catch (CsvException error) {
            // The options have changed since it was sent the first time.
            flight.drop(row);
            if (!config.tolerant()) {
                end(error.getMessage());
                return;
            }
            setAside(row, error.getMessage(), false, records);
        }
    }

    private void setAside(Row row, String why, boolean cut, List<SourceRecord> records)
            throws IOException {
        String words = format.say(why);
        aside.add(header, row, words, cut, encoding);
        journal.settle(row.firstLine());
        line = Math.max(line, row.lastLine());
        String topic = config.getString(CsvDirectoryConfig.DEAD_LETTERS);
        if (!topic.isEmpty()) {
            SourceRecord letter = Refusal.letter(topic, connector, DropFolder.originalName(path),
                row, words, partition(path), Map.of(LINE, line),
                config.getString(CsvDirectoryConfig.TOPIC));
            flight.addLetter(letter, path.getFileName() + ", " + words);
            records.add(letter);
        }
    }

    /** Opens the file and skips what has been sent; false while it still changes. */
    private boolean open(long now) throws IOException {
        if (stamp != null && (grown(now) || now - stampSince < settleNanos())) {
            return false;
        }
        stamp = Stamp.of(path);
        stampSince = now;
        try {
            channel = Files.newByteChannel(
                path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
            encoding = Encoding.of(channel, config.getString(CsvDirectoryConfig.CHARSET));
            FileFormat.Opened opened = format.open(this::fromTheBeginning, config);
            if (opened == null) {
                // Nothing in it is a row; unless somebody is still writing.
                ended = !grown(now);
                close();
                return false;
            }
            header = opened.header();
            schema = opened.schema();
            reader = opened.rows();
            skip();
        } catch (CsvException error) {
            fail(error.getMessage(), now);
        } catch (IOException error) {
            fail("it cannot be opened: " + error, now);
        }
        return reader != null && !ended;
    }

    private CharSource fromTheBeginning() throws IOException {
        channel.position(0);
        return new CharSource(channel, encoding.charset());
    }

    /** Goes on behind what was handed out; but for rows in doubt, which are sent again. */
    private void skip() throws IOException {
        while (reader.lastLine() < line) {
            try {
                Row row = nextRow();
                if (row == null) {
                    return;
                }
                if (doubts.remove(row.firstLine())) {
                    flight.again(row);
                }
            } catch (CsvException error) {
                if (!config.tolerant() || error.endsFile()) {
                    throw error;
                }
            }
        }
    }

    private Row nextRow() throws CsvException {
        try {
            List<String> fields = reader.next();
            return fields == null ? null
                : new Row(fields, reader.text(), reader.firstLine(), reader.lastLine());
        } catch (CsvException error) {
            throw error;
        } catch (IOException error) {
            throw new CsvException(
                reader.lastLine() + 1, "the file cannot be read any further: " + error, true);
        }
    }

    private void read(List<SourceRecord> records, long now) throws IOException {
        int most = config.getInt(CsvDirectoryConfig.BATCH_ROWS);
        long cost = 0;
        while (records.size() < most && cost < BATCH_CHARS && flight.nextAgain() == null) {
            Row row = null;
            CsvException fault = null;
            try {
                row = nextRow();
            } catch (CsvException error) {
                fault = error;
            }
            boolean last = row == null && fault == null;
            // The last row may be half of one, if somebody still writes.
            if ((last || !reader.terminated()) && grown(now)) {
                close();
                return;
            }
            if (last) {
                ended = true;
                close();
                return;
            }
            take(row, fault, records);
            cost += Math.max(reader.text().length(), schema.width());
        }
    }

    /** What was read becomes a record, is set aside, or is known already. */
    private void take(Row row, CsvException fault, List<SourceRecord> records)
            throws IOException {
        if (settled.contains(reader.firstLine())) {
            line = reader.lastLine();
        } else if (fault != null) {
            tolerate(new Row(List.of(), reader.text(), reader.firstLine(), reader.lastLine()),
                fault, records);
        } else if (doubts.remove(row.firstLine())) {
            flight.again(row);
        } else if (!schema.isEmpty(row.fields())) {
            try {
                SourceRecord record = record(row);
                flight.add(record, row);
                records.add(record);
            } catch (CsvException error) {
                tolerate(row, error, records);
            }
        }
    }

    private void tolerate(Row row, CsvException fault, List<SourceRecord> records)
            throws IOException {
        if (!config.tolerant() || fault.endsFile()) {
            throw fault;
        }
        setAside(row, fault.getMessage(), reader.isCut(), records);
    }

    private SourceRecord record(Row row) throws CsvException {
        long behind = Math.max(line, row.lastLine());
        String key = schema.key(row.fields());
        // With a schema, a converter would make a key of "nothing", the same for all such rows, and
        // a compacted topic would keep only the last of them.
        SourceRecord record = new SourceRecord(
            partition(path), Map.of(LINE, behind),
            config.getString(CsvDirectoryConfig.TOPIC), null,
            key == null ? null : schema.keySchema(), key,
            schema.schema(), schema.value(row.fields(), row.firstLine()));
        line = behind;
        return record;
    }

    /** Remembers what is wrong; not while the file still changes, because it may be cut there. */
    private void fail(String problem, long now) throws IOException {
        if (!grown(now)) {
            reason = format.say(problem);
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

    /** The file has moved on; what was noted on the way is not needed any more. */
    void forget() throws IOException {
        aside.delete();
        journal.delete();
    }

    @Override
    public void close() throws IOException {
        reader = null;
        if (channel != null) {
            channel.close();
        }
    }
}
