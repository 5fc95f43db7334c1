package dev.streaminglab.connect;

import java.io.IOException;
import java.util.List;

/**
 * The rows of one file, in whatever form it is written. What numbers a row is a line of the file,
 * or, where several may stand on one line, its place among the others.
 */
interface Rows {
    /** The fields of the next row, or null after the last one; CsvException for a fault in it. */
    List<String> next() throws IOException;

    /** The last row as it stands in the file. */
    String text();

    /** Whether text() is only the beginning of a row that is longer than a row may be. */
    boolean isCut();

    /** Number where the last row began. */
    long firstLine();

    /** Number where the last row ended. */
    long lastLine();

    /** Whether the last row is whole; one at the file's end may be half written. */
    boolean terminated();
}
