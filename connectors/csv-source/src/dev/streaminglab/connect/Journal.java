package dev.streaminglab.connect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Scanner;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What is known of single rows of a taken file, by the lines where they begin, over restarts.
 *
 * <p>Connect's offset of a file is one line: everything up to it counts as sent. With
 * {@code errors.tolerance: all} it moves over rows that Kafka refused, and without it stays in
 * front of the first of them, whatever was sent behind it. The journal holds the difference. An
 * entry is a mark, a line number and a full stop, so that half an entry shows.
 */
final class Journal {
    private static final char DOUBT = '?';
    private static final char SETTLED = '=';
    private static final char FAILED = '!';
    private static final Pattern ENTRY = Pattern.compile("[?=!]\\d{1,18}\\.");

    private final Path path;
    private final Set<Long> doubts = new TreeSet<>();
    private final Set<Long> settled = new TreeSet<>();
    private final Set<Long> failed = new HashSet<>();

    /** The journal in a file that may not exist yet; Connect has committed up to a line. */
    Journal(Path path, long committed) throws IOException {
        this.path = path;
        try (Scanner entries = new Scanner(
                Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS), StandardCharsets.UTF_8)) {
            while (entries.hasNextLine()) {
                String entry = entries.nextLine();
                if (ENTRY.matcher(entry).matches()) {
                    note(entry.charAt(0),
                        Long.parseLong(entry.substring(1, entry.length() - 1)), committed);
                }
            }
        } catch (NoSuchFileException none) {
            // Nothing is known.
        }
    }

    private void note(char mark, long line, long committed) {
        if (mark == DOUBT) {
            doubts.add(line);
        } else if (mark == FAILED) {
            doubts.add(line);
            failed.add(line);
        } else {
            doubts.remove(line);
            failed.remove(line);
            if (line > committed) {
                settled.add(line);
            }
        }
    }

    /** Rows that are to be sent again, each of them alone. */
    synchronized Set<Long> doubts() {
        return new TreeSet<>(doubts);
    }

    /** Rows behind what Connect has committed that are in Kafka or set aside, when this began. */
    synchronized Set<Long> settled() {
        return new TreeSet<>(settled);
    }

    /** Whether the task has already failed while a row was sent alone. */
    synchronized boolean hasFailed(long line) {
        return failed.contains(line);
    }

    /** A row was not sent; perhaps because of another one in its batch. */
    synchronized void doubt(long line) throws IOException {
        doubts.add(line);
        write(DOUBT, line);
    }

    /** The task failed while a row was sent alone. */
    synchronized void failed(long line) throws IOException {
        write(FAILED, line);
    }

    /** A row is in Kafka, or set aside. */
    synchronized void settle(long line) throws IOException {
        doubts.remove(line);
        write(SETTLED, line);
    }

    private void write(char mark, long line) throws IOException {
        // A line of its own, even behind half an entry of a worker that was killed.
        Files.writeString(path, "\n" + mark + line + ".\n", StandardOpenOption.CREATE,
            StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
    }

    /** Forgets everything: the file has ended. */
    void delete() throws IOException {
        Files.deleteIfExists(path);
    }
}
