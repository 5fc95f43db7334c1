package dev.streaminglab.connect;

import static dev.streaminglab.connect.Checks.check;
import static dev.streaminglab.connect.Checks.oneOf;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
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
    static final String FILE_FORMAT = "file.format";
    static final String SEPARATOR = "csv.separator";
    static final String CHARSET = "csv.charset";
    static final String KEY_FIELD = "csv.key.field";
    static final String COLUMN_NAMES = "csv.column.names";
    static final String TYPES = "csv.types";
    static final String DECIMAL = "csv.decimal";
    static final String GROUPING = "csv.grouping";
    static final String DATE_FORMAT = "csv.date.format";
    static final String TIME_FORMAT = "csv.time.format";
    static final String TIMESTAMP_FORMAT = "csv.timestamp.format";
    static final String TIME_ZONE = "csv.time.zone";
    static final String TIME_OVERLAP = "csv.time.overlap";
    static final String LOCALE = "csv.locale";
    static final String SHORT_ROWS = "csv.short.rows";
    static final String MAX_ROW_CHARS = "csv.max.row.chars";
    static final String DEAD_LETTERS = "errors.deadletterqueue.topic.name";
    static final String BATCH_ROWS = "batch.rows";
    static final String POLL_INTERVAL = "poll.interval.ms";
    static final String SETTLE = "file.settle.ms";

    /** Kafka Connect's own options, which it checks itself. */
    static final String TOLERANCE = "errors.tolerance";
    static final String TRANSFORMS = "transforms";

    /** The separator is taken from the header line. */
    static final String AUTO = "auto";

    private static final Map<String, Character> SEPARATORS =
        Map.of(",", ',', ";", ';', "tab", '\t', "\t", '\t');
    private static final String PLAIN = "plain";
    private static final String FILL = "fill";

    static final ConfigDef DEFINITION = new ConfigDef()
        .define(INPUT_PATH, Type.STRING, ConfigDef.NO_DEFAULT_VALUE, check(
                Checks::path), Importance.HIGH,
            "Folder on the worker that is watched; files go on into its folders done or error.")
        .define(TOPIC, Type.STRING, ConfigDef.NO_DEFAULT_VALUE, check(
                Checks::topic), Importance.HIGH,
            "Topic that every row is sent to.")
        .define(FILE_PATTERN, Type.STRING, "*.csv", check(
                Checks::pattern), Importance.MEDIUM,
            "Names of the files to take, with * and ? as wildcards, several with commas between;"
                + " capitals make no difference.")
        .define(FILE_FORMAT, Type.STRING, FileFormat.AUTO, oneOf(FileFormat.AUTO, "csv", "json"),
            Importance.MEDIUM,
            "What the files are; auto: JSON where the name ends with .json, .jsonl or .ndjson.")
        .define(SEPARATOR, Type.STRING, AUTO, check(
                CsvDirectoryConfig::checkSeparator), Importance.MEDIUM,
            "What is between two fields: ',', ';', 'tab', or auto to see it in the header line.")
        .define(CHARSET, Type.STRING, "UTF-8", check(
                Checks::charset), Importance.MEDIUM,
            "How text is written in files without a byte order mark, for instance UTF-8 or"
                + " windows-1252; auto: UTF-8 if it is that, else windows-1252.")
        .define(KEY_FIELD, Type.STRING, "", Importance.MEDIUM,
            "Column whose text is the record's key; empty: records without a key.")
        .define(COLUMN_NAMES, Type.STRING, "header", oneOf("header", PLAIN), Importance.MEDIUM,
            "Names of the records' fields: as in the header, or plain: of a-z, 0-9 and _ alone.")
        .define(TYPES, Type.LIST, "", check(
                Checks::types), Importance.MEDIUM,
            "Types of columns that are no text, as column:type with a comma between; types are "
                + String.join(", ", RowRules.TYPES.keySet()) + ".")
        .define(DECIMAL, Type.STRING, ".", oneOf(".", ","), Importance.MEDIUM,
            "What is between a number and its fraction.")
        .define(GROUPING, Type.STRING, "space", oneOf("space", "none", ".", ",", "'"),
            Importance.LOW, "What may be between thousands; space is of any width.")
        .define(DATE_FORMAT, Type.STRING, "", Importance.MEDIUM,
            "How the type date is written, as dd/MM/yyyy; empty: as 2024-01-31.")
        .define(TIME_FORMAT, Type.STRING, "", Importance.LOW,
            "How the type time is written, as HH'h'mm; empty: as 14:30 or 14:30:59.")
        .define(TIMESTAMP_FORMAT, Type.STRING, "", Importance.MEDIUM,
            "How the type timestamp is written, as dd/MM/yyyy HH:mm[:ss]; empty: as"
                + " 2024-01-31 14:30 or 2024-01-31T14:30:59+01:00.")
        .define(TIME_ZONE, Type.STRING, "", check(
                Checks::zone), Importance.MEDIUM,
            "Time zone of timestamps that have none, as Europe/Paris.")
        .define(TIME_OVERLAP, Type.STRING, "refuse", oneOf("refuse", "earlier", "later"),
            Importance.LOW, "Which one is meant of two times when clocks are put back.")
        .define(LOCALE, Type.STRING, "en", check(
                Checks::locale), Importance.LOW,
            "Language of names of months and days in formats, as fr.")
        .define(SHORT_ROWS, Type.STRING, "refuse", oneOf("refuse", FILL), Importance.LOW,
            "What to do with rows of fewer fields than the header: fill makes the rest null.")
        .define(MAX_ROW_CHARS, Type.INT, 1_048_576, ConfigDef.Range.between(1, 67_108_864),
            Importance.LOW, "Characters that one row may have.")
        .define(DEAD_LETTERS, Type.STRING, "", check(
                Checks::topicOrNone), Importance.MEDIUM,
            "Topic for the text of rows that are set aside; needs errors.tolerance: all.")
        .define(BATCH_ROWS, Type.INT, 500, ConfigDef.Range.between(1, 100_000),
            Importance.LOW, "Rows that are handed to Kafka Connect at a time.")
        .define(POLL_INTERVAL, Type.LONG, 1_000L, ConfigDef.Range.between(10, 3_600_000),
            Importance.LOW, "Milliseconds between two looks into the folder.")
        .define(SETTLE, Type.LONG, 2_000L, ConfigDef.Range.between(0, 3_600_000),
            Importance.LOW, "Milliseconds that a file must have stayed the same to be complete.");

    /** ConfigException names the first option that is missing or wrong. */
    CsvDirectoryConfig(Map<String, String> given) {
        super(DEFINITION, given, false);
        problems().forEach((option, problem) -> {
            throw new ConfigException(problem);
        });
    }

    private CsvDirectoryConfig(Map<String, String> given, boolean checked) {
        super(DEFINITION, given, checked);
    }

    /** Option to what is wrong with it beside others; each of them is fine by itself. */
    static Map<String, String> problems(Map<String, String> given) {
        return new CsvDirectoryConfig(given, false).problems();
    }

    private Map<String, String> problems() {
        Map<String, String> problems = new LinkedHashMap<>();
        checkFormat(problems, DATE_FORMAT, "dd/MM/yyyy", DateFormats::date);
        checkFormat(problems, TIME_FORMAT, "HH:mm", DateFormats::time);
        checkFormat(problems, TIMESTAMP_FORMAT, "dd/MM/yyyy HH:mm", DateFormats::timestamp);
        String timestamps = getString(TIMESTAMP_FORMAT);
        if (problems.isEmpty() && !timestamps.isEmpty() && getString(TIME_ZONE).isEmpty()
                && !DateFormats.hasZone(timestamps, locale())) {
            problems.put(TIME_ZONE, TIME_ZONE + ": must be given, as Europe/Paris, because "
                + TIMESTAMP_FORMAT + " has no zone in it");
        }
        if (getString(GROUPING).equals(getString(DECIMAL))) {
            problems.put(GROUPING, GROUPING + ": must be another one than " + DECIMAL);
        }
        if (!getString(DEAD_LETTERS).isEmpty() && !tolerant()) {
            problems.put(DEAD_LETTERS, DEAD_LETTERS + ": needs " + TOLERANCE + ": all; without it"
                + " the first row with a fault ends its file, and is sent nowhere");
        }
        return problems;
    }

    private interface Format {
        DateTimeFormatter of(String pattern, Locale locale);
    }

    private void checkFormat(Map<String, String> problems, String option, String example,
            Format format) {
        try {
            format.of(getString(option), locale());
        } catch (IllegalArgumentException | DateTimeException error) {
            problems.put(option, option + ": '" + getString(option) + "' is no such format, as "
                + example + " is; day is dd, month MM, year yyyy, hour HH, minute mm, second ss");
        }
    }

    Path inputPath() {
        return Path.of(getString(INPUT_PATH));
    }

    /** The separator of every file, or of this one, whose first characters are given. */
    char separator(CharSequence beginning) {
        Character fixed = SEPARATORS.get(getString(SEPARATOR));
        return fixed == null ? CsvReader.separatorOf(beginning) : fixed;
    }

    /** Column to the name of its type. */
    Map<String, String> types() {
        return Checks.types(TYPES, getList(TYPES));
    }

    /** How text becomes values. */
    RowRules rules() {
        return rules(new Numbers(getString(DECIMAL).charAt(0), getString(GROUPING)));
    }

    /** The same for files in JSON, which say themselves how a number is written. */
    RowRules jsonRules() {
        return rules(new Numbers('.', "none"));
    }

    private RowRules rules(Numbers numbers) {
        String zone = getString(TIME_ZONE);
        Moments moments = new Moments(
            DateFormats.date(getString(DATE_FORMAT), locale()),
            DateFormats.time(getString(TIME_FORMAT), locale()),
            DateFormats.timestamp(getString(TIMESTAMP_FORMAT), locale()),
            zone.isEmpty() ? null : ZoneId.of(zone),
            Moments.Overlap.valueOf(getString(TIME_OVERLAP).toUpperCase(Locale.ROOT)));
        return new RowRules(numbers, moments, PLAIN.equals(getString(COLUMN_NAMES)),
            FILL.equals(getString(SHORT_ROWS)));
    }

    /** Whether a row with a fault is set aside, and its file read on. */
    boolean tolerant() {
        return "all".equalsIgnoreCase(originalsStrings().get(TOLERANCE));
    }

    /** Whether a row that Connect did not send may have been left out by a transform. */
    boolean transforms() {
        String transforms = originalsStrings().get(TRANSFORMS);
        return transforms != null && !transforms.isBlank();
    }

    private Locale locale() {
        return Locale.forLanguageTag(getString(LOCALE));
    }

    private static Object checkSeparator(String name, Object value) {
        if (!AUTO.equals(value) && !SEPARATORS.containsKey(value.toString())) {
            throw new ConfigException(name, value, "must be ',', ';', 'tab' or 'auto'");
        }
        return value;
    }
}
