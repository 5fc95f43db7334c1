package dev.streaminglab.connect;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** What the rows of one file look like as records: one optional field per column. */
final class RowSchema {
    /** Types that csv.types may name, as Kafka Connect calls them. */
    static final Map<String, Schema> TYPES = Map.of(
        "string", Schema.OPTIONAL_STRING_SCHEMA,
        "int16", Schema.OPTIONAL_INT16_SCHEMA,
        "int32", Schema.OPTIONAL_INT32_SCHEMA,
        "int64", Schema.OPTIONAL_INT64_SCHEMA,
        "float32", Schema.OPTIONAL_FLOAT32_SCHEMA,
        "float64", Schema.OPTIONAL_FLOAT64_SCHEMA,
        "boolean", Schema.OPTIONAL_BOOLEAN_SCHEMA);

    private final List<String> columns;
    private final int keyColumn;
    private final Schema schema;

    private RowSchema(List<String> columns, int keyColumn, Schema schema) {
        this.columns = columns;
        this.keyColumn = keyColumn;
        this.schema = schema;
    }

    /**
     * The schema that a header line gives.
     *
     * @param types column to a name of TYPES; a column that is not in it is a string
     * @param key the column whose value is the record's key, empty for records without a key
     */
    static RowSchema of(List<String> header, Map<String, String> types, String key)
            throws CsvException {
        List<String> columns = header.stream()
            .map(name -> Objects.requireNonNullElse(name, "").strip())
            .collect(Collectors.toList());
        Set<String> known = new HashSet<>();
        for (String column : columns) {
            if (column.isEmpty()) {
                throw new CsvException(1, "a column without a name in the header");
            }
            if (!known.add(column)) {
                throw new CsvException(1, "two columns are called '" + column + "'");
            }
        }
        for (String column : types.keySet()) {
            require(known.contains(column), CsvDirectoryConfig.TYPES, column, columns);
        }
        require(key.isEmpty() || known.contains(key), CsvDirectoryConfig.KEY_FIELD, key, columns);
        SchemaBuilder builder = SchemaBuilder.struct();
        for (String column : columns) {
            builder.field(column, TYPES.get(types.getOrDefault(column, "string")));
        }
        return new RowSchema(columns, columns.indexOf(key), builder.build());
    }

    private static void require(boolean fine, String option, String column, List<String> columns)
            throws CsvException {
        if (!fine) {
            throw new CsvException(1, option + " names the column '" + column
                + "', the header has: " + String.join(", ", columns));
        }
    }

    /** The schema of the records' values. */
    Schema schema() {
        return schema;
    }

    /** The schema of the records' keys; null for records without a key. */
    Schema keySchema() {
        return keyColumn < 0 ? null : Schema.OPTIONAL_STRING_SCHEMA;
    }

    /** A row's key as it stands in the file; null without a key column, or where it is empty. */
    String key(List<String> row) {
        return keyColumn < 0 ? null : row.get(keyColumn);
    }

    /** A row as a value; CsvException when its fields do not fit the header or their types. */
    Struct value(List<String> row, long line) throws CsvException {
        if (row.size() != columns.size()) {
            throw new CsvException(line, row.size() + " fields, but the header has "
                + columns.size() + " columns");
        }
        Struct value = new Struct(schema);
        for (int at = 0; at < columns.size(); at++) {
            Schema.Type type = schema.fields().get(at).schema().type();
            try {
                value.put(columns.get(at), convert(row.get(at), type));
            } catch (IllegalArgumentException error) {
                throw new CsvException(line, "column '" + columns.get(at) + "': '"
                    + shown(row.get(at)) + "' is not of the type "
                    + type.getName() + " (" + CsvDirectoryConfig.TYPES + ")");
            }
        }
        return value;
    }

    private static String shown(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }

    /** IllegalArgumentException (as NumberFormatException is one) when the text is no such value. */
    private static Object convert(String text, Schema.Type type) {
        if (text == null || type == Schema.Type.STRING) {
            return text;
        }
        String word = text.strip();
        if (word.isEmpty()) {
            return null;
        }
        switch (type) {
            case INT16:
                return Short.valueOf(word);
            case INT32:
                return Integer.valueOf(word);
            case INT64:
                return Long.valueOf(word);
            case FLOAT32:
                return Float.valueOf(word);
            case FLOAT64:
                return Double.valueOf(word);
            default:
                return truth(word);
        }
    }

    private static Boolean truth(String word) {
        if (word.equalsIgnoreCase("true") || word.equals("1")) {
            return true;
        }
        if (word.equalsIgnoreCase("false") || word.equals("0")) {
            return false;
        }
        throw new IllegalArgumentException(word);
    }
}
