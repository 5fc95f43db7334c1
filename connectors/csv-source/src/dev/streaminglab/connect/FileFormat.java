package dev.streaminglab.connect;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** In which form a file holds its rows, and what people call one of them. */
enum FileFormat {
    CSV("line") {
        @Override
        Opened open(Source source, CsvDirectoryConfig config) throws IOException {
            CharSource chars = source.chars();
            CsvReader reader = new CsvReader(chars, config.separator(chars.ahead()),
                config.getInt(CsvDirectoryConfig.MAX_ROW_CHARS), config.tolerant());
            List<String> names = reader.next();
            if (names != null && Columns.isSeparatorLine(names)) {
                names = reader.next();
            }
            if (names == null) {
                throw new CsvException(1, "no header line");
            }
            RowSchema schema = RowSchema.of(names, reader.firstLine(), config.types(),
                config.getString(CsvDirectoryConfig.KEY_FIELD), config.rules());
            return new Opened(reader, reader.text(), schema);
        }
    },

    JSON("record") {
        @Override
        Opened open(Source source, CsvDirectoryConfig config) throws IOException {
            JsonShape shape = JsonShape.of(source.chars(), config);
            if (shape.isEmpty()) {
                return null;
            }
            JsonReader reader = new JsonReader(
                source.chars(), config.getInt(CsvDirectoryConfig.MAX_ROW_CHARS), shape.columns());
            RowSchema schema = RowSchema.of(shape.columns(), 1, shape.types(config.types()),
                config.getString(CsvDirectoryConfig.KEY_FIELD), config.jsonRules());
            return new Opened(reader, "", schema);
        }
    };

    /** The value of file.format for which a file's name decides. */
    static final String AUTO = "auto";
    private static final List<String> JSON_NAMES = List.of(".json", ".jsonl", ".ndjson");
    private static final String LINE = "line ";

    private final String unit;

    FileFormat(String unit) {
        this.unit = unit;
    }

    /** A file from its beginning, as often as it is asked for. */
    interface Source {
        CharSource chars() throws IOException;
    }

    /**
     * A file that is ready to be read.
     *
     * @param rows its rows
     * @param header what stands above them, in a file of those that are set aside too
     * @param schema what they look like as records
     */
    record Opened(Rows rows, String header, RowSchema schema) { }

    /** The form of a file: the one that the option says, or the one that its name says. */
    static FileFormat of(String option, String fileName) {
        if (!AUTO.equals(option)) {
            return valueOf(option.toUpperCase(Locale.ROOT));
        }
        String name = fileName.toLowerCase(Locale.ROOT);
        return JSON_NAMES.stream().anyMatch(name::endsWith) ? JSON : CSV;
    }

    /** Opens a file; null when it holds no row at all. CsvException says why it cannot be read. */
    abstract Opened open(Source source, CsvDirectoryConfig config) throws IOException;

    /** What a row is called, with its number behind it. */
    String unit() {
        return unit;
    }

    /** A message that begins with a line's number, in this form's own words. */
    String say(String message) {
        return message.startsWith(LINE) ? unit + message.substring(LINE.length() - 1) : message;
    }
}
