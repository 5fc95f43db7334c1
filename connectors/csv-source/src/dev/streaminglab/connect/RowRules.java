package dev.streaminglab.connect;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/**
 * How text becomes values.
 *
 * @param numbers how numbers are written
 * @param moments how dates and times are written
 * @param plainNames whether columns get names that need no quotes in SQL
 * @param fillShortRows whether fields that are missing at a row's end are null
 */
record RowRules(Numbers numbers, Moments moments, boolean plainNames, boolean fillShortRows) {
    /** Types that csv.types may name, as Kafka Connect calls them. */
    static final Map<String, Type> TYPES = new TreeMap<>(Map.of(
        "string", new Type(Schema.OPTIONAL_STRING_SCHEMA, (text, rules) -> text),
        "int16", new Type(Schema.OPTIONAL_INT16_SCHEMA,
            (text, rules) -> Short.valueOf(rules.numbers.whole(text))),
        "int32", new Type(Schema.OPTIONAL_INT32_SCHEMA,
            (text, rules) -> Integer.valueOf(rules.numbers.whole(text))),
        "int64", new Type(Schema.OPTIONAL_INT64_SCHEMA,
            (text, rules) -> Long.valueOf(rules.numbers.whole(text))),
        "float32", new Type(Schema.OPTIONAL_FLOAT32_SCHEMA,
            (text, rules) -> rules.numbers.float32(text)),
        "float64", new Type(Schema.OPTIONAL_FLOAT64_SCHEMA,
            (text, rules) -> rules.numbers.float64(text)),
        "boolean", new Type(Schema.OPTIONAL_BOOLEAN_SCHEMA, (text, rules) -> truth(text)),
        "date", new Type(optional(org.apache.kafka.connect.data.Date.builder()),
            (text, rules) -> rules.moments.date(text)),
        "time", new Type(optional(Time.builder()), (text, rules) -> rules.moments.time(text)),
        "timestamp", new Type(optional(Timestamp.builder()),
            (text, rules) -> rules.moments.timestamp(text))));

    /** Types of dates and times, and the option that says how each is written. */
    static final Map<String, String> MOMENTS = Map.of(
        "date", CsvDirectoryConfig.DATE_FORMAT, "time", CsvDirectoryConfig.TIME_FORMAT,
        "timestamp", CsvDirectoryConfig.TIMESTAMP_FORMAT);

    /** A type: the schema of its fields, and what a text is as a value. */
    record Type(Schema schema, Reading reading) { }

    /** Gives a value, or throws an IllegalArgumentException: the text is of another type. */
    interface Reading {
        Object value(String text, RowRules rules);
    }

    /** A field's value; null where nothing stands. IllegalArgumentException may say why not. */
    Object value(String text, Type type) {
        if (text == null || type.schema().equals(Schema.OPTIONAL_STRING_SCHEMA)) {
            return text;
        }
        String word = Blanks.strip(text);
        return word.isEmpty() ? null : type.reading().value(word, this);
    }

    private static Schema optional(SchemaBuilder builder) {
        return builder.optional().build();
    }

    /** As programs write it, and as French Excel does. */
    private static Boolean truth(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "true", "1", "vrai" -> true;
            case "false", "0", "faux" -> false;
            default -> throw new IllegalArgumentException();
        };
    }
}
