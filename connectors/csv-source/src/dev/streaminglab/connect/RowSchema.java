package dev.streaminglab.connect;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** What the rows of one file look like as records: one optional field per column. */
final class RowSchema {
    private static final int MOST_SHOWN = 40;

    private final List<String> columns;
    private final List<RowRules.Type> types;
    private final List<String> typeNames;
    private final int keyColumn;
    private final RowRules rules;
    private final Schema schema;

    private RowSchema(List<String> columns, List<String> typeNames, int keyColumn, RowRules rules) {
        this.columns = columns;
        this.typeNames = typeNames;
        this.types = typeNames.stream().map(RowRules.TYPES::get).collect(Collectors.toList());
        this.keyColumn = keyColumn;
        this.rules = rules;
        SchemaBuilder builder = SchemaBuilder.struct();
        for (int at = 0; at < columns.size(); at++) {
            builder.field(columns.get(at), types.get(at).schema());
        }
        this.schema = builder.build();
    }

    /**
     * The schema that a header line gives.
     *
     * @param line number of that line
     * @param types column to a name of RowRules.TYPES; a column that is not in it is a string
     * @param key the column whose value is the record's key, empty for records without a key
     */
    static RowSchema of(List<String> header, long line, Map<String, String> types, String key,
            RowRules rules) throws CsvException {
        List<String> found = Columns.of(header);
        List<String> columns = rules.plainNames()
            ? found.stream().map(name -> name.isEmpty() ? name : Columns.plain(name))
                .collect(Collectors.toList()) : found;
        check(columns, found, line);
        Map<String, String> typeOf = new LinkedHashMap<>();
        for (Map.Entry<String, String> type : types.entrySet()) {
            int at = at(type.getKey(), columns, found, CsvDirectoryConfig.TYPES, line);
            typeOf.put(columns.get(at), type.getValue());
        }
        int keyAt = key.isEmpty() ? -1
            : at(key, columns, found, CsvDirectoryConfig.KEY_FIELD, line);
        List<String> names = columns.stream().map(name -> typeOf.getOrDefault(name, "string"))
            .collect(Collectors.toList());
        return new RowSchema(columns, names, keyAt, rules);
    }

    private static void check(List<String> columns, List<String> found, long line)
            throws CsvException {
        if (columns.isEmpty()) {
            throw new CsvException(line, "the header names no column");
        }
        Set<String> known = new HashSet<>();
        for (String column : columns) {
            if (column.isEmpty()) {
                throw new CsvException(line, "a column without a name in the header");
            }
            if (!known.add(column)) {
                throw new CsvException(line, "two columns are called '" + column + "'"
                    + (columns.equals(found) ? "" : " (" + CsvDirectoryConfig.COLUMN_NAMES + ")"));
            }
        }
    }

    /** Where a column is that an option names, as in the file or by its plain name. */
    private static int at(String name, List<String> columns, List<String> found, String option,
            long line) throws CsvException {
        int at = found.contains(name) ? found.indexOf(name) : columns.indexOf(name);
        if (at < 0) {
            throw new CsvException(line, option + " names the column '" + name
                + "', the header has: " + String.join(", ", found));
        }
        return at;
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
        return keyColumn < 0 || keyColumn >= row.size() ? null : row.get(keyColumn);
    }

    /** How many columns there are. */
    int width() {
        return columns.size();
    }

    /** Whether a row is only separators or blanks, as spreadsheets leave them at a file's end. */
    boolean isEmpty(List<String> row) {
        return row.size() == 1
            ? columns.size() > 1 && (row.get(0) == null || Blanks.strip(row.get(0)).isEmpty())
            : row.stream().allMatch(field -> field == null);
    }

    /** A row as a value; CsvException when its fields do not fit the header or their types. */
    Struct value(List<String> row, long line) throws CsvException {
        checkWidth(row, line);
        Struct value = new Struct(schema);
        for (int at = 0; at < Math.min(columns.size(), row.size()); at++) {
            try {
                value.put(columns.get(at), rules.value(row.get(at), types.get(at)));
            } catch (IllegalArgumentException error) {
                throw new CsvException(line, "column '" + columns.get(at) + "': '"
                    + shown(row.get(at)) + "' is not of the type " + typeNames.get(at) + " ("
                    + CsvDirectoryConfig.TYPES + ")" + why(error, typeNames.get(at), row.get(at)));
            }
        }
        return value;
    }

    private void checkWidth(List<String> row, long line) throws CsvException {
        int size = row.size();
        while (size > columns.size() && row.get(size - 1) == null) {
            size--;
        }
        if (size > columns.size() || size < columns.size() && !rules.fillShortRows()) {
            throw new CsvException(line, row.size() + " fields, but the header has "
                + columns.size() + " columns");
        }
    }

    private static String why(IllegalArgumentException error, String type, String text) {
        if (RowRules.MOMENTS.containsKey(type)) {
            String told = error.getMessage();
            return told == null || told.isEmpty()
                ? "; " + RowRules.MOMENTS.get(type) + " says how it is written" : "; " + told;
        }
        return type.startsWith("float") && text.matches("[\\d.,\\s\u00A0\u202F+-]+")
            ? "; csv.decimal and csv.grouping say how numbers are written" : "";
    }

    private static String shown(String text) {
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    }
}
