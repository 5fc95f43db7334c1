package dev.streaminglab.connect;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of a CSV file as RFC 4180 describes them: fields in quotes may hold separators, line ends
 * and doubled quotes. Lines end with CRLF, LF or CR. Lines without any character are left out.
 */
final class CsvReader {
    private static final char QUOTE = '"';

    private final CharSource source;
    private final char separator;
    private final int maxRowChars;
    private final StringBuilder field = new StringBuilder();
    private List<String> row = List.of();
    private int rowChars;
    private long line = 1;
    private long firstLine;
    private long lastLine;
    private boolean terminated;

    /** A row with more than maxRowChars characters is refused: mostly a quote was never closed. */
    CsvReader(CharSource source, char separator, int maxRowChars) {
        this.source = source;
        this.separator = separator;
        this.maxRowChars = maxRowChars;
    }

    /** The separator that a first line uses: of comma, semicolon and tab the most frequent. */
    static char separatorOf(CharSequence text) {
        int[] found = new int[3];
        boolean quoted = false;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            quoted ^= c == QUOTE;
            if (!quoted && (c == '\n' || c == '\r')) {
                break;
            }
            int which = quoted ? -1 : ",;\t".indexOf(c);
            if (which >= 0) {
                found[which]++;
            }
        }
        if (found[2] > found[0] && found[2] > found[1]) {
            return '\t';
        }
        return found[1] > found[0] ? ';' : ',';
    }

    /**
     * The next row, or null after the last one. A field with no character at all is null; the
     * empty text in quotes ({@code ""}) is an empty string.
     */
    List<String> next() throws IOException {
        try {
            return parse();
        } catch (CharacterCodingException error) {
            throw new CsvException(line, "bytes that are no text in the charset of csv.charset");
        }
    }

    /** Number of the line where the last row began. */
    long firstLine() {
        return firstLine;
    }

    /** Number of the line where the last row ended: the same, unless a field holds line ends. */
    long lastLine() {
        return lastLine;
    }

    /** Whether a line end came after the last row; without one it may be half written. */
    boolean terminated() {
        return terminated;
    }

    private List<String> parse() throws IOException {
        int c = source.read();
        while (isLineEnd(c)) {
            endLine(c);
            c = source.read();
        }
        if (c < 0) {
            return null;
        }
        firstLine = line;
        row = new ArrayList<>(row.size());
        rowChars = 0;
        int end = c == QUOTE ? quoted() : plain(c);
        while (end == separator) {
            c = source.read();
            end = c == QUOTE ? quoted() : plain(c);
        }
        lastLine = line;
        terminated = end >= 0;
        if (terminated) {
            endLine(end);
        }
        return row;
    }

    /** Reads a field without quotes; returns what ended it. */
    private int plain(int first) throws IOException {
        field.setLength(0);
        int c = first;
        while (!isFieldEnd(c)) {
            if (c == QUOTE) {
                throw new CsvException(line, "a quote inside a field that does not begin with one;"
                    + " put the whole field in quotes and double the quotes inside it");
            }
            append(c);
            c = source.read();
        }
        row.add(field.length() == 0 ? null : field.toString());
        return c;
    }

    /** Reads a field whose opening quote was just read; returns what ended it. */
    private int quoted() throws IOException {
        field.setLength(0);
        long opened = line;
        while (true) {
            int c = source.read();
            if (c < 0) {
                throw new CsvException(opened, "a quote is opened and never closed");
            }
            if (c == QUOTE) {
                int after = source.read();
                if (isFieldEnd(after)) {
                    row.add(field.toString());
                    return after;
                }
                if (after != QUOTE) {
                    throw new CsvException(line, "text after a closing quote;"
                        + " a quote inside a field must be doubled");
                }
            }
            append(c);
            if (c == '\n' || c == '\r' && source.peek() != '\n') {
                line++;
            }
        }
    }

    private void append(int c) throws CsvException {
        if (++rowChars > maxRowChars) {
            throw new CsvException(firstLine, "a row of more than " + maxRowChars
                + " characters (csv.max.row.chars); is a quote opened and never closed?");
        }
        field.append((char) c);
    }

    private boolean isFieldEnd(int c) {
        return c == separator || c < 0 || isLineEnd(c);
    }

    private static boolean isLineEnd(int c) {
        return c == '\n' || c == '\r';
    }

    private void endLine(int c) throws IOException {
        line++;
        if (c == '\r' && peekOrEnd() == '\n') {
            source.read();
        }
    }

    /** Bytes that mean nothing after a whole row are the next row's fault. */
    private int peekOrEnd() throws IOException {
        try {
            return source.peek();
        } catch (CharacterCodingException error) {
            return -1;
        }
    }
}
