package dev.streaminglab.connect;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the objects of one file have in common: every field that one of them has, with a type that
 * holds all its values. So all rows of a file have one schema, as those below a header have.
 */
final class JsonShape {
    private final Map<String, JsonCell.Kind> kinds = new LinkedHashMap<>();
    private final boolean empty;

    private JsonShape(JsonReader reader, boolean tolerant) throws IOException {
        CsvException fault = null;
        boolean more = true;
        while (more) {
            try {
                Map<String, JsonCell> found = reader.object();
                more = found != null;
                if (more) {
                    found.forEach((name, cell) -> kinds.merge(
                        name, cell.kind(), JsonCell.Kind::with));
                }
            } catch (CsvException error) {
                fault = fault == null ? error : fault;
                // What cannot be read behind it is told by the second reading, with its place.
                more = tolerant && !error.endsFile();
            }
        }
        empty = kinds.isEmpty();
        if (empty && fault != null) {
            throw fault;
        }
    }

    /** Reads a whole file; CsvException when there is no object in it but something else is. */
    static JsonShape of(CharSource source, CsvDirectoryConfig config) throws IOException {
        int most = config.getInt(CsvDirectoryConfig.MAX_ROW_CHARS);
        JsonShape shape =
            new JsonShape(new JsonReader(source, most, List.of()), config.tolerant());
        // A field that no object has is null in all of them; a file need not have it.
        config.types().keySet().forEach(shape::add);
        String key = config.getString(CsvDirectoryConfig.KEY_FIELD);
        if (!key.isEmpty()) {
            shape.add(key);
        }
        return shape;
    }

    private void add(String name) {
        if (!kinds.containsKey(name)
                && kinds.keySet().stream().noneMatch(found -> Columns.plain(found).equals(name))) {
            kinds.put(name, JsonCell.Kind.NOTHING);
        }
    }

    /** Whether no object has a field. */
    boolean isEmpty() {
        return empty;
    }

    /** Names of fields, in the order in which they came. */
    List<String> columns() {
        return List.copyOf(kinds.keySet());
    }

    /** Field to type: as given, by its own name or the plain one, and else as seen. */
    Map<String, String> types(Map<String, String> given) {
        Map<String, String> types = new LinkedHashMap<>();
        kinds.forEach((name, kind) -> {
            String wanted = given.getOrDefault(name, given.get(Columns.plain(name)));
            types.put(name, wanted == null ? kind.type() : wanted);
        });
        return types;
    }
}
