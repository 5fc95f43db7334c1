package dev.streaminglab.connect;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Date;
import java.util.List;

/**
 * Dates and times of day in declared formats, as the dates that Connect's logical types hold.
 *
 * <p>Nothing is guessed: a time without a zone needs one, one that a clock change leaves out is no
 * time, and which of two is meant must be said. The IllegalArgumentException says so.
 */
final class Moments {
    /** What to do with a time that a clock shows twice. */
    enum Overlap { REFUSE, EARLIER, LATER }

    private final DateTimeFormatter dates;
    private final DateTimeFormatter times;
    private final DateTimeFormatter timestamps;
    private final ZoneId zone;
    private final Overlap overlap;

    /**
     * Moments in these formats.
     *
     * @param zone where timestamps without a zone of their own were written down; null: nowhere
     */
    Moments(DateTimeFormatter dates, DateTimeFormatter times, DateTimeFormatter timestamps,
            ZoneId zone, Overlap overlap) {
        this.dates = dates;
        this.times = times;
        this.timestamps = timestamps;
        this.zone = zone;
        this.overlap = overlap;
    }

    /** A day, as Connect's Date holds it: its midnight in UTC. */
    Date date(String text) {
        return reading(() -> Date.from(
            LocalDate.from(dates.parse(text)).atStartOfDay(ZoneOffset.UTC).toInstant()));
    }

    /** A time of day, as Connect's Time holds it: on the first day of 1970 in UTC. */
    Date time(String text) {
        return reading(() -> new Date(
            LocalTime.from(times.parse(text)).getLong(ChronoField.MILLI_OF_DAY)));
    }

    /** A point in time, to the millisecond; what is finer is cut off. */
    Date timestamp(String text) {
        return reading(() -> {
            TemporalAccessor found =
                timestamps.parseBest(text, ZonedDateTime::from, LocalDateTime::from);
            return Date.from(found instanceof ZonedDateTime zoned ? zoned.toInstant()
                : instant((LocalDateTime) found));
        });
    }

    private Instant instant(LocalDateTime local) {
        if (zone == null) {
            throw new IllegalArgumentException(
                "it has no time zone; " + CsvDirectoryConfig.TIME_ZONE + " says which is meant");
        }
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
        if (offsets.isEmpty()) {
            throw new IllegalArgumentException("this time does not exist in " + zone
                + ": clocks were put forward");
        }
        if (offsets.size() > 1 && overlap == Overlap.REFUSE) {
            throw new IllegalArgumentException("this time was twice in " + zone + ", clocks were"
                + " put back; " + CsvDirectoryConfig.TIME_OVERLAP + " says which is meant");
        }
        // The first offset is the one before the change.
        return local.toInstant(offsets.get(overlap == Overlap.LATER ? offsets.size() - 1 : 0));
    }

    private interface Reading {
        Date date();
    }

    private static Date reading(Reading reading) {
        try {
            return reading.date();
        } catch (DateTimeException error) {
            throw new IllegalArgumentException("", error);
        }
    }
}
