package dev.streaminglab.connect;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of a CSV file as RFC 4180 describes them: fields in quotes may hold separators, line ends
 * and doubled quotes. Lines end with CRLF, LF or CR. Lines without any character are left out.
 *
 * <p>A tolerant reader reads a row with a fault to its end before it throws, and can go on with
 * the next one: a quote where none may be then stands for itself.
 */
final class CsvReader implements Rows {
    private static final char QUOTE = '"';
    private static final int REPLACEMENT = '\uFFFD';

    private final CharSource source;
    private final char separator;
    private final int maxRowChars;
    private final boolean tolerant;
    private final StringBuilder field = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private List<String> row = List.of();
    private CsvException fault;
    private boolean tooLong;
    private long line = 1;
    private long firstLine;
    private long lastLine;
    private boolean terminated;

    /** A row with more than maxRowChars characters is refused: mostly a quote was never closed. */
    CsvReader(CharSource source, char separator, int maxRowChars) {
        this(source, separator, maxRowChars, false);
    }

    /** As the other, and whether it is to go on behind a row with a fault. */
    CsvReader(CharSource source, char separator, int maxRowChars, boolean tolerant) {
        this.source = source;
        this.separator = separator;
        this.maxRowChars = maxRowChars;
        this.tolerant = tolerant;
    }

    /**
     * The separator that a first line uses: of comma, semicolon and tab the most frequent, and the
     * semicolon before the comma, because names of columns hold commas ("Prix, EUR;Date").
     */
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
        return found[1] > 0 && found[1] >= found[0] ? ';' : ',';
    }

    /**
     * The next row, or null after the last one. A field with no character at all is null; the
     * empty text in quotes ({@code ""}) is an empty string.
     */
    @Override
    public List<String> next() throws IOException {
        int c = read();
        while (isLineEnd(c)) {
            endLine(c);
            c = read();
        }
        if (c < 0) {
            throwFault();
            return null;
        }
        return parse(c);
    }

    /** The last row as it stands in the file, without its line end. */
    @Override
    public String text() {
        return text.toString();
    }

    /** Whether text() is only the beginning of a row that is longer than a row may be. */
    @Override
    public boolean isCut() {
        return tooLong;
    }

    /** Number of the line where the last row began. */
    @Override
    public long firstLine() {
        return firstLine;
    }

    /** Number of the line where the last row ended: the same, unless a field holds line ends. */
    @Override
    public long lastLine() {
        return lastLine;
    }

    /** Whether a line end came after the last row; without one it may be half written. */
    @Override
    public boolean terminated() {
        return terminated;
    }

    private List<String> parse(int first) throws IOException {
        firstLine = line;
        row = new ArrayList<>(Math.min(row.size(), 1_000));
        text.setLength(0);
        tooLong = false;
        int c = first;
        int end = c == QUOTE ? quoted() : plain(c);
        while (end == separator) {
            note(end);
            c = read();
            end = c == QUOTE ? quoted() : plain(c);
        }
        lastLine = line;
        terminated = end >= 0;
        if (terminated) {
            endLine(end);
        }
        throwFault();
        return row;
    }

    /** Reads a field without quotes; returns what ended it. */
    private int plain(int first) throws IOException {
        field.setLength(0);
        return rest(first, "a quote inside a field that does not begin with one;"
            + " put the whole field in quotes and double the quotes inside it");
    }

    /** Reads a field from here to its end, where a quote has no place. */
    private int rest(int first, String problem) throws IOException {
        int c = first;
        while (!isFieldEnd(c)) {
            if (c == QUOTE) {
                refuse(line, problem);
            }
            append(c);
            c = read();
        }
        add(field.length() == 0 ? null : field.toString());
        return c;
    }

    /** Reads a field whose opening quote was just read; returns what ended it. */
    private int quoted() throws IOException {
        field.setLength(0);
        note(QUOTE);
        long opened = line;
        while (true) {
            int c = read();
            if (c < 0) {
                lastLine = line;
                terminated = false;
                fault = new CsvException(opened, "a quote is opened and never closed", true);
                throwFault();
            }
            if (c == QUOTE) {
                note(c);
                int after = read();
                if (isFieldEnd(after)) {
                    add(field.toString());
                    return after;
                }
                if (after != QUOTE) {
                    String problem = "text after a closing quote;"
                        + " a quote inside a field must be doubled";
                    refuse(line, problem);
                    return rest(after, problem);
                }
            }
            append(c);
            if (c == '\n' || c == '\r' && peekOrEnd() != '\n') {
                line++;
            }
        }
    }

    private void append(int c) throws CsvException {
        if (c == 0) {
            refuse(line, "a NUL character; text in UTF-16 without a byte order mark has them"
                + " (csv.charset: UTF-16LE), and files that are no text");
        }
        note(c);
        if (!tooLong) {
            field.append((char) c);
        }
    }

    private void add(String value) {
        if (!tooLong) {
            row.add(value);
        }
    }

    /** Keeps the text of the row, as far as a row may be long. */
    private void note(int c) throws CsvException {
        if (tooLong) {
            return;
        }
        if (text.length() >= maxRowChars) {
            tooLong = true;
            refuse(firstLine, "a row of more than " + maxRowChars
                + " characters (csv.max.row.chars); is a quote opened and never closed?");
            return;
        }
        text.append((char) c);
    }

    private int read() throws IOException {
        try {
            return source.read();
        } catch (CharacterCodingException error) {
            source.skipFault();
            refuse(line, "bytes that are no text in " + source.charset() + " (csv.charset);"
                + " Excel's plain CSV is windows-1252 in western Europe");
            return REPLACEMENT;
        }
    }

    /** Throws at once, or remembers the row's first fault until the row has ended. */
    private void refuse(long where, String problem) throws CsvException {
        if (fault == null) {
            fault = new CsvException(where, problem);
        }
        if (!tolerant) {
            throwFault();
        }
    }

    private void throwFault() throws CsvException {
        CsvException found = fault;
        fault = null;
        if (found != null) {
            throw found;
        }
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
