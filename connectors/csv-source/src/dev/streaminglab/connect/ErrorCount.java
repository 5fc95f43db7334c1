package dev.streaminglab.connect;

import java.lang.management.ManagementFactory;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * How many records of this task Kafka Connect could not transform, convert or send.
 *
 * <p>SourceTask.commitRecord tells in the same way of a record that a transform left out on purpose
 * and of one that failed. The worker's metric (total-record-failures, of task-error-metrics in
 * Kafka's documentation of Connect's metrics) goes up for the latter alone.
 */
final class ErrorCount {
    private static final long UNKNOWN = -1;

    // What Kafka leaves unquoted in the names of its metrics (Sanitizer.jmxSanitize, no public API:
    // Kafka 4.4 has it in another package).
    private static final Pattern PLAIN = Pattern.compile("[\\w-%. \t]*");

    private final String name;
    private long before = UNKNOWN;

    /** The count of the only task of a connector. */
    ErrorCount(String connector) {
        this.name = "kafka.connect:type=task-error-metrics,connector="
            + quoted(connector) + ",task=0";
    }

    private static String quoted(String value) {
        return PLAIN.matcher(value).matches() ? value : ObjectName.quote(value);
    }

    /** From here on. */
    synchronized void begin() {
        before = now();
    }

    /** Whether there was none since begin(); not where the worker does not tell. */
    synchronized boolean isUnchanged() {
        return before != UNKNOWN && before == now();
    }

    private long now() {
        try {
            Object value = ManagementFactory.getPlatformMBeanServer()
                .getAttribute(new ObjectName(name), "total-record-failures");
            return value instanceof Number number ? number.longValue() : UNKNOWN;
        } catch (JMException unknown) {
            return UNKNOWN;
        }
    }
}
