package dev.streaminglab.connect;

import java.io.IOException;

/** What is wrong with a row, or with a whole file, with the line where that shows. */
final class CsvException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean endsFile;

    /** What is wrong on the line with this number (the header is line 1). */
    CsvException(long line, String problem) {
        this(line, problem, false);
    }

    /** As the other, and whether nothing behind it can be read either. */
    CsvException(long line, String problem, boolean endsFile) {
        super("line " + line + ": " + problem);
        this.endsFile = endsFile;
    }

    /** Whether it is unknown where the next row begins. */
    boolean endsFile() {
        return endsFile;
    }
}
