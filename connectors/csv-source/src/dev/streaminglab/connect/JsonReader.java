package dev.streaminglab.connect;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Rows of a JSON file (RFC 8259): one array of objects, or objects one after another, each on a
 * line of its own (JSON Lines) or over several.
 *
 * <p>A row is numbered by its place in the file, because all of them may stand on one line. Behind
 * a fault it goes on with the next line; but not in an array, where nobody knows how deep it is.
 */
final class JsonReader implements Rows {
    private static final int NONE = -1;

    private final JsonText json;
    private final List<String> columns;
    private long number;
    private boolean begun;
    private boolean array;
    private boolean closed;
    private boolean between;
    private boolean terminated;

    /** Rows with these fields, in this order. */
    JsonReader(CharSource source, int maxRowChars, List<String> columns) {
        this.json = new JsonText(source, maxRowChars);
        this.columns = columns;
    }

    @Override
    public List<String> next() throws IOException {
        Map<String, JsonCell> found = object();
        return found == null ? null : columns.stream()
            .map(name -> found.containsKey(name) ? found.get(name).text() : null)
            .collect(Collectors.toList());
    }

    /** The next object, or null after the last one. */
    Map<String, JsonCell> object() throws IOException {
        json.beginRow();
        terminated = true;
        try {
            int first = begin();
            if (first == NONE) {
                return null;
            }
            number++;
            between = array;
            if (first != '{') {
                throw json.fault("a row is an object in braces, and here is " + shown(first));
            }
            return members();
        } catch (JsonText.Fault fault) {
            boolean whole = !json.sawEnd();
            if (!array) {
                json.skipLine();
            }
            terminated = whole;
            throw new CsvException(Math.max(number, 1), fault.getMessage() + " (line "
                + fault.line() + " of the file)", array);
        }
    }

    /** Goes to the beginning of the next row, whose first character it returns. */
    private int begin() throws IOException, JsonText.Fault {
        while (true) {
            int c = json.peekBehindBlanks();
            if (c == NONE) {
                if (array && !closed) {
                    number++;
                    throw json.fault("the file ends before its array does: a ] is missing");
                }
                return NONE;
            }
            if (!begun && c == '[') {
                array = true;
            } else if (array && !closed && c == ']') {
                closed = true;
            } else if (between && c == ',') {
                between = false;
            } else if (closed || between) {
                number++;
                throw json.fault(closed ? "text behind the end of the array"
                    : "a comma is missing before " + shown(c));
            } else {
                begun = true;
                json.beginRow();
                return c;
            }
            begun = true;
            json.take();
        }
    }

    private Map<String, JsonCell> members() throws IOException, JsonText.Fault {
        Map<String, JsonCell> members = new LinkedHashMap<>();
        json.members(members::put);
        return members;
    }

    private static String shown(int c) {
        return "'" + (char) c + "'";
    }

    @Override
    public String text() {
        return json.text();
    }

    @Override
    public boolean isCut() {
        return json.isCut();
    }

    @Override
    public long firstLine() {
        return number;
    }

    @Override
    public long lastLine() {
        return number;
    }

    /** A brace ends a row, whatever comes behind it. */
    @Override
    public boolean terminated() {
        return terminated;
    }
}
