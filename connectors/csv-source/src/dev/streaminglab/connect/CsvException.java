package dev.streaminglab.connect;

import java.io.IOException;

/** Why a file cannot be read as CSV, with the line where that shows. */
final class CsvException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong on the line with this number (the header is line 1). */
    CsvException(long line, String problem) {
        super("line " + line + ": " + problem);
    }
}
