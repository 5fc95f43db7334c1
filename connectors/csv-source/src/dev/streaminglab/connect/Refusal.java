package dev.streaminglab.connect;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;

/** Words on a row that was set aside, for people and for a topic of dead letters. */
final class Refusal {
    /** What a record may have by Kafka's defaults, in bytes with what the converter adds. */
    private static final int USUAL_BYTES = 1_048_576;
    /** Text of a letter: less than a record may have, in whatever charset. */
    private static final int MOST_LETTER_CHARS = 100_000;

    private Refusal() { }

    /** Why Kafka Connect did not send a row; it tells a source that, and never why. */
    static String words(Row row, Object key) {
        StringBuilder words = new StringBuilder("line " + row.firstLine()
            + ": Kafka Connect could not send this row, not even by itself.");
        int bytes = row.text().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > USUAL_BYTES / 2) {
            words.append(" It has " + bytes + " bytes, and as a record more: a record may have "
                + USUAL_BYTES + " unless the worker (producer.max.request.size) and the topic"
                + " (max.message.bytes) allow more.");
        } else if (key == null) {
            words.append(" It has no key (csv.key.field), and a topic with cleanup.policy compact"
                + " takes no record without one.");
        }
        return words + " Kafka's own words are in the worker's log: failed to send record.";
    }

    /** A letter on a row: its text as the value, and where it stood and why in the headers. */
    static SourceRecord letter(String topic, String connector, String file, Row row, String reason,
            Map<String, ?> partition, Map<String, ?> offset, String wantedTopic) {
        ConnectHeaders headers = new ConnectHeaders();
        headers.addString("__connect.errors.topic", wantedTopic);
        headers.addString("__connect.errors.connector.name", connector);
        headers.addString("__connect.errors.exception.message", reason);
        headers.addString("csv.file", file);
        headers.addLong("csv.line", row.firstLine());
        String text = row.text();
        return new SourceRecord(partition, offset, topic, null,
            Schema.STRING_SCHEMA, file + ":" + row.firstLine(), Schema.STRING_SCHEMA,
            text.length() <= MOST_LETTER_CHARS ? text : text.substring(0, MOST_LETTER_CHARS),
            null, headers);
    }
}
