package dev.streaminglab.connect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The rows of a file that were set aside, below its header as it is (if it has one), and why each
 * of them was.
 *
 * <p>They are written in the file's own encoding, with its own separators, so that they can be
 * corrected and dropped again as a file.
 */
final class Aside {
    private static final OpenOption[] APPEND = {StandardOpenOption.CREATE,
        StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS};

    private final Path rows;
    private final Path reasons;

    /** Two files that exist when there is something in them. */
    Aside(Path rows, Path reasons) {
        this.rows = rows;
        this.reasons = reasons;
    }

    Path rows() {
        return rows;
    }

    Path reasons() {
        return reasons;
    }

    /** Adds a row; one that is cut, because it is too long, is named and not copied. */
    void add(String header, Row row, String reason, boolean cut, Encoding encoding)
            throws IOException {
        if (!cut) {
            String begin = Files.exists(rows, LinkOption.NOFOLLOW_LINKS) ? ""
                : (encoding.marked() ? "\uFEFF" : "") + (header.isEmpty() ? "" : header + "\r\n");
            Files.write(rows, (begin + row.text() + "\r\n").getBytes(encoding.charset()), APPEND);
        }
        String copied = cut ? " (too long to be copied here; it stands in the file in done/)" : "";
        Files.writeString(
            reasons, reason + copied + "\n", StandardCharsets.UTF_8, APPEND);
    }

    /** Whether a row was set aside. */
    boolean exists() {
        return Files.exists(reasons, LinkOption.NOFOLLOW_LINKS);
    }

    /** Removes what is left. */
    void delete() throws IOException {
        Files.deleteIfExists(rows);
        Files.deleteIfExists(reasons);
    }
}
