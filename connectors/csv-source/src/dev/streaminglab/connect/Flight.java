package dev.streaminglab.connect;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows on their way to Kafka, and those that have to be sent again.
 *
 * <p>A broker that refuses one record refuses the whole batch that it came in (KIP-467), and Connect
 * tells of each of them alike. So all of them are in doubt, and are sent again, each one alone:
 * what is refused then, is refused for itself. Connect calls from the producer's thread.
 */
final class Flight {
    private static final Logger LOG = LoggerFactory.getLogger(Flight.class);
    private static final long MOST_CHARS = 16_777_216;
    /** A row on its way for longer waits for a broker, and was not refused. */
    private static final long REFUSED_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(60);

    private enum State { WAITING, TAKEN, DOUBTED }

    private static final class Sent {
        private final Row row;
        private State state = State.WAITING;

        private Sent(Row row) {
            this.row = row;
        }
    }

    private final Journal journal;
    private final Map<SourceRecord, Sent> sent = new IdentityHashMap<>();
    /** In the order of sending, from the first that waits on: what Connect's offset waits for. */
    private final Deque<Sent> order = new ArrayDeque<>();
    private final Map<SourceRecord, String> letters = new IdentityHashMap<>();
    private final TreeMap<Long, Row> again = new TreeMap<>();
    private Row alone;
    private long aloneSince;
    private Row refused;
    private long chars;
    private boolean stopped;

    Flight(Journal journal) {
        this.journal = journal;
    }

    /** A row's record goes to Kafka. */
    synchronized void add(SourceRecord record, Row row) {
        Sent entry = new Sent(row);
        sent.put(record, entry);
        order.add(entry);
        chars += row.text().length();
    }

    /** A row's record goes to Kafka, and nothing else until that is decided. */
    synchronized void addAlone(SourceRecord record, Row row, long now) {
        again.remove(row.firstLine());
        alone = row;
        aloneSince = now;
        add(record, row);
    }

    /** A message on a row that was set aside goes to Kafka. */
    synchronized void addLetter(SourceRecord record, String about) {
        letters.put(record, about);
    }

    /** A row is to be sent alone. */
    synchronized void again(Row row) {
        again.put(row.firstLine(), row);
    }

    /** The first row that is to be sent alone, or null. */
    synchronized Row nextAgain() {
        return again.isEmpty() ? null : again.firstEntry().getValue();
    }

    /** A row is not to be sent alone any more. */
    synchronized void drop(Row row) {
        again.remove(row.firstLine());
    }

    /** Nothing is to be sent again: the file ends here. */
    synchronized void dropAll() {
        again.clear();
    }

    /** The row that was refused when it was sent alone; null when there is none, or asked again. */
    synchronized Row takeRefused() {
        Row found = refused;
        refused = null;
        return found;
    }

    /** Whether Kafka has everything that was handed out. */
    synchronized boolean isEmpty() {
        return sent.isEmpty() && letters.isEmpty();
    }

    /** Whether nothing is on its way, nor has to be sent again. */
    synchronized boolean isDone() {
        return isEmpty() && again.isEmpty() && refused == null;
    }

    /** Whether as much text is on its way as the memory is meant for. */
    synchronized boolean isFull() {
        return chars > MOST_CHARS;
    }

    /** Connect has decided on a record: it is in Kafka (or not meant to be), or was refused. */
    synchronized void settle(SourceRecord record, boolean taken) {
        Sent entry = sent.remove(record);
        if (entry == null) {
            String about = letters.remove(record);
            if (about != null && !taken) {
                LOG.error("Kafka refused the dead letter on {}; the row is in error/ all the same",
                    about);
            }
        } else {
            chars -= entry.row.text().length();
            settle(entry, taken);
        }
        notifyAll();
    }

    private void settle(Sent entry, boolean taken) {
        entry.state = taken ? State.TAKEN : State.DOUBTED;
        boolean wasAlone = entry.row == alone;
        if (wasAlone) {
            alone = null;
        }
        // Connect moves the offset when this has returned; the journal must know it before.
        long line = entry.row.firstLine();
        if (taken && (wasAlone || stopped)) {
            write(() -> journal.settle(line));
        } else if (!taken && wasAlone) {
            refused = entry.row;
        } else if (!taken) {
            write(() -> journal.doubt(line));
            again(entry.row);
        }
        while (!order.isEmpty() && order.peek().state != State.WAITING) {
            order.remove();
        }
    }

    /** Waits until Connect has decided on something, but not for longer than this. */
    synchronized void await(long millis) throws InterruptedException {
        if (!isEmpty() && refused == null) {
            wait(millis);
        }
    }

    /**
     * The task ends, and Connect has waited for what was on its way. What it waits for still, was
     * refused (or the broker is away): it is sent again, alone. What was sent behind it is not.
     */
    synchronized void stop(long now) {
        stopped = true;
        for (Sent entry : order) {
            long line = entry.row.firstLine();
            if (entry.state == State.TAKEN) {
                write(() -> journal.settle(line));
            } else if (entry.state == State.WAITING && entry.row != alone) {
                write(() -> journal.doubt(line));
            } else if (entry.state == State.WAITING && now - aloneSince < REFUSED_WITHIN_NANOS) {
                write(() -> journal.failed(line));
            }
        }
    }

    private interface Write {
        void run() throws IOException;
    }

    private static void write(Write entry) {
        try {
            entry.run();
        } catch (IOException error) {
            LOG.error("the journal beside the file cannot be written; a restart that comes before"
                + " the file has ended may leave rows out or send them twice: {}",
                error.toString());
        }
    }
}
