package dev.streaminglab.connect;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Values in JSON, read character by character; what was read of a row is kept as its text. */
final class JsonText {
    private static final Pattern NUMBER =
        Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");
    private static final int DEEPEST = 100;
    private static final int FIRST_PRINTABLE = 0x20;

    private final CharSource source;
    private final int maxRowChars;
    private final StringBuilder text = new StringBuilder();
    private boolean cut;
    private long line = 1;
    private long firstLine = 1;
    private boolean lineHasText;
    private boolean sawEnd;

    /** What is wrong, and on which line of the file. */
    static final class Fault extends Exception {
        private static final long serialVersionUID = 1L;
        private final long line;

        private Fault(String problem, long line) {
            super(problem);
            this.line = line;
        }

        long line() {
            return line;
        }
    }

    JsonText(CharSource source, int maxRowChars) {
        this.source = source;
        this.maxRowChars = maxRowChars;
    }

    /** A row begins with the next character. */
    void beginRow() {
        text.setLength(0);
        cut = false;
        firstLine = line;
        sawEnd = false;
    }

    String text() {
        return text.toString().stripTrailing();
    }

    boolean isCut() {
        return cut;
    }

    /** Whether the file ended before the row did. */
    boolean sawEnd() {
        return sawEnd;
    }

    Fault fault(String problem) {
        return new Fault(problem, line);
    }

    /** The members of an object, whose brace is the next character. */
    void members(BiConsumer<String, JsonCell> member) throws IOException, Fault {
        object(member, 1);
    }

    private void object(BiConsumer<String, JsonCell> member, int depth) throws IOException, Fault {
        take();
        if (peekBehindBlanks() == '}') {
            take();
            return;
        }
        while (true) {
            if (peekBehindBlanks() != '"') {
                throw fault("a name in quotes must come here");
            }
            String name = string();
            if (peekBehindBlanks() != ':') {
                throw fault("a colon is missing behind \"" + name + "\"");
            }
            take();
            member.accept(name, value(depth));
            if (!goesOn('}')) {
                return;
            }
        }
    }

    private JsonCell value(int depth) throws IOException, Fault {
        int c = peekBehindBlanks();
        int begin = text.length();
        switch (c) {
            case '"':
                return new JsonCell(JsonCell.Kind.TEXT, string());
            case '{':
            case '[':
                if (depth >= DEEPEST) {
                    throw fault("more than " + DEEPEST + " braces and brackets in each other");
                }
                if (c == '{') {
                    object((name, cell) -> { }, depth + 1);
                } else {
                    elements(depth + 1);
                }
                return new JsonCell(JsonCell.Kind.TEXT, text.substring(begin));
            default:
                return bare();
        }
    }

    private void elements(int depth) throws IOException, Fault {
        take();
        if (peekBehindBlanks() == ']') {
            take();
            return;
        }
        do {
            value(depth);
        } while (goesOn(']'));
    }

    /** Whether a comma comes, and not the end. */
    private boolean goesOn(char end) throws IOException, Fault {
        int c = peekBehindBlanks();
        if (c != ',' && c != end) {
            throw fault("a comma or " + end + " is missing");
        }
        take();
        return c == ',';
    }

    /** A number, true, false or null. */
    private JsonCell bare() throws IOException, Fault {
        int begin = text.length();
        for (int c = peek(); c >= 0 && (Character.isLetterOrDigit(c) || "+-.".indexOf(c) >= 0);
                c = peek()) {
            take();
        }
        String word = text.substring(begin);
        switch (word) {
            case "null":
                return new JsonCell(JsonCell.Kind.NOTHING, null);
            case "true":
            case "false":
                return new JsonCell(JsonCell.Kind.TRUTH, word);
            default:
                if (!NUMBER.matcher(word).matches()) {
                    throw fault(word.isEmpty() ? "a value is missing"
                        : "'" + word + "' is no value; text must be in double quotes");
                }
                return new JsonCell(WHOLE.matcher(word).matches()
                    ? JsonCell.Kind.WHOLE : JsonCell.Kind.FRACTION, word);
        }
    }

    private String string() throws IOException, Fault {
        StringBuilder found = new StringBuilder();
        take();
        while (true) {
            int c = peek();
            if (c < FIRST_PRINTABLE) {
                throw fault(c < 0 ? "a quote is opened and never closed"
                    : "a quote is not closed on its line; a line end in a text is written \\n");
            }
            take();
            if (c == '"') {
                return found.toString();
            }
            found.append(c == '\\' ? escaped() : (char) c);
        }
    }

    private char escaped() throws IOException, Fault {
        int c = take();
        int at = "\"\\/bfnrt".indexOf(c);
        if (at >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(at);
        }
        int unit = 0;
        for (int digit = 0; digit < 4; digit++) {
            int value = c == 'u' ? Character.digit(peek(), 16) : -1;
            if (value < 0) {
                throw fault("a \\ with something behind it that JSON does not know");
            }
            take();
            unit = unit * 16 + value;
        }
        return (char) unit;
    }

    /** The next character that is no blank, without taking it; -1 at the end. */
    int peekBehindBlanks() throws IOException, Fault {
        int c = peek();
        while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            take();
            c = peek();
        }
        return c;
    }

    private int peek() throws IOException, Fault {
        try {
            int c = source.peek();
            sawEnd |= c < 0;
            return c;
        } catch (CharacterCodingException error) {
            source.skipFault();
            throw fault("bytes that are no text in " + source.charset() + " (csv.charset)");
        }
    }

    /** The next character, which is text of the row. */
    int take() throws IOException, Fault {
        int c = peek();
        if (c < 0) {
            throw fault("the file ends within a row");
        }
        source.read();
        if (text.length() >= maxRowChars) {
            cut = true;
            note(c);
            throw fault("a row of more than " + maxRowChars + " characters (csv.max.row.chars)");
        }
        text.append((char) c);
        note(c);
        return c;
    }

    private void note(int c) throws IOException {
        boolean ends = c == '\n' || c == '\r' && source.peek() != '\n';
        if (ends) {
            line++;
        }
        lineHasText = !ends && (lineHasText || c > ' ');
    }

    /** Goes to the next line, unless a row begins here; what is left out is text of the row. */
    void skipLine() throws IOException {
        long here = line;
        while (true) {
            try {
                int c = peek();
                boolean begins = c == '{' && !lineHasText && line > firstLine;
                if (c < 0 || begins || line > here) {
                    return;
                }
                skip(c);
            } catch (Fault another) {
                // Bytes that are no text are left out too.
                cut = true;
            }
        }
    }

    private void skip(int c) throws IOException {
        source.read();
        if (text.length() < maxRowChars) {
            text.append((char) c);
        } else {
            cut = true;
        }
        note(c);
    }
}
