package dev.streaminglab.connect;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQuery;
import java.util.Locale;

/** Formats of dates and times: ISO 8601, or a pattern as DateTimeFormatter's, made strict. */
final class DateFormats {
    /** Of two digits of a year, as Excel understands them: 1930 to 2029. */
    private static final int FIRST_SHORT_YEAR = 1930;
    /** No two parts of it are the same number, so that mixed up ones show. */
    private static final ZonedDateTime SAMPLE =
        ZonedDateTime.of(2001, 2, 3, 16, 5, 0, 0, ZoneOffset.UTC);
    private static final DateTimeFormatter ISO_TIMESTAMP = new DateTimeFormatterBuilder()
        .append(DateTimeFormatter.ISO_LOCAL_DATE)
        .appendPattern("['T'][' ']")
        .append(DateTimeFormatter.ISO_LOCAL_TIME)
        .optionalStart().appendOffset("+HH:mm", "Z").optionalEnd()
        .toFormatter(Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    private DateFormats() { }

    /** The format of dates; DateTimeException says why a pattern gives none. */
    static DateTimeFormatter date(String pattern, Locale locale) {
        return pattern.isEmpty() ? DateTimeFormatter.ISO_LOCAL_DATE
            : checked(pattern, locale, LocalDate::from, SAMPLE.toLocalDate());
    }

    /** The format of times of day; DateTimeException says why a pattern gives none. */
    static DateTimeFormatter time(String pattern, Locale locale) {
        return pattern.isEmpty() ? DateTimeFormatter.ISO_LOCAL_TIME
            : checked(pattern, locale, LocalTime::from, SAMPLE.toLocalTime());
    }

    /** The format of points in time; DateTimeException says why a pattern gives none. */
    static DateTimeFormatter timestamp(String pattern, Locale locale) {
        return pattern.isEmpty() ? ISO_TIMESTAMP
            : checked(pattern, locale, LocalDateTime::from, SAMPLE.toLocalDateTime());
    }

    /** Whether what a pattern describes always says its time zone. */
    static boolean hasZone(String pattern, Locale locale) {
        DateTimeFormatter format = timestamp(pattern, locale);
        return format.parseBest(SAMPLE.format(format), ZonedDateTime::from, LocalDateTime::from)
            instanceof ZonedDateTime;
    }

    private static DateTimeFormatter checked(
            String pattern, Locale locale, TemporalQuery<?> query, Object wanted) {
        DateTimeFormatter format = strict(pattern, locale);
        TemporalAccessor again = format.parse(SAMPLE.format(format));
        if (!wanted.equals(again.query(query))) {
            throw new DateTimeException("it mixes parts up");
        }
        return format;
    }

    /** A pattern whose y is a year, not a year of an era, and with no 31 February. */
    private static DateTimeFormatter strict(String pattern, Locale locale) {
        DateTimeFormatterBuilder builder =
            new DateTimeFormatterBuilder().parseCaseInsensitive();
        int from = 0;
        boolean quoted = false;
        for (int at = 0; at < pattern.length(); at++) {
            quoted ^= pattern.charAt(at) == '\'';
            if (!quoted && pattern.charAt(at) == 'y') {
                int end = at;
                while (end < pattern.length() && pattern.charAt(end) == 'y') {
                    end++;
                }
                builder.appendPattern(pattern.substring(from, at));
                appendYear(builder, end - at);
                from = end;
                at = end - 1;
            }
        }
        return builder.appendPattern(pattern.substring(from)).toFormatter(locale)
            .withResolverStyle(ResolverStyle.STRICT);
    }

    private static void appendYear(DateTimeFormatterBuilder builder, int letters) {
        if (letters == 2) {
            builder.appendValueReduced(ChronoField.YEAR, 2, 2, FIRST_SHORT_YEAR);
        } else {
            builder.appendPattern("u".repeat(letters));
        }
    }
}
