package dev.streaminglab.connect;

import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/** The connector's options, each checked with a message that names it. */
final class CsvDirectoryConfig extends AbstractConfig {
    static final String INPUT_PATH = "input.path";
    static final String TOPIC = "topic";
    static final String FILE_PATTERN = "file.pattern";
    static final String SEPARATOR = "csv.separator";
    static final String CHARSET = "csv.charset";
    static final String KEY_FIELD = "csv.key.field";
    static final String TYPES = "csv.types";
    static final String MAX_ROW_CHARS = "csv.max.row.chars";
    static final String BATCH_ROWS = "batch.rows";
    static final String POLL_INTERVAL = "poll.interval.ms";
    static final String SETTLE = "file.settle.ms";

    /** The separator is taken from the header line. */
    static final String AUTO = "auto";

    private static final Map<String, Character> SEPARATORS =
        Map.of(",", ',', ";", ';', "tab", '\t', "\t", '\t');
    private static final Pattern TOPIC_NAME = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    static final ConfigDef DEFINITION = new ConfigDef()
        .define(INPUT_PATH, Type.STRING, ConfigDef.NO_DEFAULT_VALUE, check(
                CsvDirectoryConfig::checkPath), Importance.HIGH,
            "Folder on the worker that is watched; files go on into its folders done or error.")
        .define(TOPIC, Type.STRING, ConfigDef.NO_DEFAULT_VALUE, check(
                CsvDirectoryConfig::checkTopic), Importance.HIGH,
            "Topic that every row is sent to.")
        .define(FILE_PATTERN, Type.STRING, "*.csv", check(
                CsvDirectoryConfig::checkPattern), Importance.MEDIUM,
            "Names of the files to take, with * and ? as wildcards; capitals make no difference.")
        .define(SEPARATOR, Type.STRING, AUTO, check(
                CsvDirectoryConfig::checkSeparator), Importance.MEDIUM,
            "What is between two fields: ',', ';', 'tab', or auto to see it in the header line.")
        .define(CHARSET, Type.STRING, "UTF-8", check(
                CsvDirectoryConfig::checkCharset), Importance.LOW,
            "How text is written in the files, for instance UTF-8 or windows-1252.")
        .define(KEY_FIELD, Type.STRING, "", Importance.MEDIUM,
            "Column whose text is the record's key; empty: records without a key.")
        .define(TYPES, Type.LIST, "", check(
                CsvDirectoryConfig::typesOf), Importance.MEDIUM,
            "Types of columns that are no text, as column:type with a comma between; types are "
                + String.join(", ", new TreeSet<>(RowSchema.TYPES.keySet())) + ".")
        .define(MAX_ROW_CHARS, Type.INT, 1_048_576, ConfigDef.Range.between(1, 67_108_864),
            Importance.LOW, "Characters that one row may have.")
        .define(BATCH_ROWS, Type.INT, 500, ConfigDef.Range.between(1, 100_000),
            Importance.LOW, "Rows that are handed to Kafka Connect at a time.")
        .define(POLL_INTERVAL, Type.LONG, 1_000L, ConfigDef.Range.between(10, 3_600_000),
            Importance.LOW, "Milliseconds between two looks into the folder.")
        .define(SETTLE, Type.LONG, 2_000L, ConfigDef.Range.between(0, 3_600_000),
            Importance.LOW, "Milliseconds that a file must have stayed the same to be complete.");

    /** ConfigException names the first option that is missing or wrong. */
    CsvDirectoryConfig(Map<String, String> given) {
        super(DEFINITION, given, false);
    }

    Path inputPath() {
        return Path.of(getString(INPUT_PATH));
    }

    /** The separator of every file, or of this one, whose first characters are given. */
    char separator(CharSequence beginning) {
        Character fixed = SEPARATORS.get(getString(SEPARATOR));
        return fixed == null ? CsvReader.separatorOf(beginning) : fixed;
    }

    Charset charset() {
        return Charset.forName(getString(CHARSET));
    }

    /** Column to the name of its type. */
    Map<String, String> types() {
        return typesOf(TYPES, getList(TYPES));
    }

    private interface Check {
        Object of(String name, Object value);
    }

    /** A validator that has nothing to say about an option without a value. */
    private static ConfigDef.Validator check(Check check) {
        return (name, value) -> {
            if (value != null) {
                check.of(name, value);
            }
        };
    }

    private static Object checkPath(String name, Object value) {
        if (!value.toString().startsWith("/") || value.toString().indexOf('\0') >= 0) {
            throw new ConfigException(name, value, "must be a folder's whole path, from / on");
        }
        return value;
    }

    private static Object checkTopic(String name, Object value) {
        String topic = value.toString();
        if (!TOPIC_NAME.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
            throw new ConfigException(name, value,
                "a topic's name has letters, digits, '.', '_' and '-', at most 249");
        }
        return value;
    }

    private static Object checkPattern(String name, Object value) {
        String pattern = value.toString();
        if (pattern.isEmpty() || pattern.contains("/")) {
            throw new ConfigException(name, value, "must be a file's name without folders");
        }
        return value;
    }

    private static Object checkSeparator(String name, Object value) {
        if (!AUTO.equals(value) && !SEPARATORS.containsKey(value.toString())) {
            throw new ConfigException(name, value, "must be ',', ';', 'tab' or 'auto'");
        }
        return value;
    }

    private static Object checkCharset(String name, Object value) {
        try {
            return Charset.forName(value.toString());
        } catch (IllegalArgumentException error) {
            throw new ConfigException(name, value, "is no charset that Java knows, as UTF-8 is");
        }
    }

    private static Map<String, String> typesOf(String name, Object value) {
        Map<String, String> types = new LinkedHashMap<>();
        for (Object entry : (List<?>) value) {
            String text = entry.toString();
            int colon = text.lastIndexOf(':');
            String column = text.substring(0, Math.max(colon, 0)).strip();
            String type = text.substring(colon + 1).strip();
            if (column.isEmpty() || !RowSchema.TYPES.containsKey(type)) {
                throw new ConfigException(name, text, "must be column:type, with a type of "
                    + String.join(", ", new TreeSet<>(RowSchema.TYPES.keySet())));
            }
            if (types.put(column, type) != null) {
                throw new ConfigException(name, text, "this column has a type already");
            }
        }
        return types;
    }
}
