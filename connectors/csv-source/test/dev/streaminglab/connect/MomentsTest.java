package dev.streaminglab.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dates and times without a guess: zones, clock changes, mixed up formats. */
final class MomentsTest {
    private static Moments moments(String pattern, String zone, Moments.Overlap overlap) {
        return new Moments(DateFormats.date(pattern.split(" ")[0], Locale.FRENCH),
            DateFormats.time("", Locale.FRENCH), DateFormats.timestamp(pattern, Locale.FRENCH),
            zone == null ? null : ZoneId.of(zone), overlap);
    }

    private static Moments french(Moments.Overlap overlap) {
        return moments("dd/MM/yyyy HH:mm[:ss]", "Europe/Paris", overlap);
    }

    private static Moments iso(String zone) {
        return moments("", zone, Moments.Overlap.REFUSE);
    }

    private static String refused(Moments moments, String text) {
        return assertThrows(IllegalArgumentException.class, () -> moments.timestamp(text))
            .getMessage();
    }

    @ParameterizedTest
    @CsvSource({"15/01/2024 10:00,2024-01-15T09:00:00Z", "15/07/2024 10:00:30,2024-07-15T08:00:30Z",
        "29/02/2024 00:00,2024-02-28T23:00:00Z"})
    void aTimeWithoutAZoneIsOfTheDeclaredZone(String text, String wanted) {
        assertEquals(Instant.parse(wanted),
            french(Moments.Overlap.REFUSE).timestamp(text).toInstant());
    }

    @ParameterizedTest
    @CsvSource({"2024-01-15 10:00", "2024-01-15T10:00:00", "2024-01-15T10:00:00.000",
        "2024-01-15T09:00:00Z", "2024-01-15 09:00Z", "2024-01-15T10:00:00+01:00",
        "2024-01-15T10:00+01"})
    void isoTimesAreReadWithTheirZoneOrTheDeclaredOne(String text) {
        assertEquals(Instant.parse("2024-01-15T09:00:00Z"),
            iso("Europe/Paris").timestamp(text).toInstant());
    }

    @Test
    void withoutAnyZoneNoneIsGuessed() {
        assertTrue(refused(iso(null), "2024-01-15 10:00").contains("csv.time.zone"));
        assertEquals(Instant.parse("2024-01-15T09:00:00Z"),
            iso(null).timestamp("2024-01-15T10:00+01:00").toInstant());
    }

    @Test
    void aTimeThatClocksLeaveOutIsRefused() {
        assertTrue(refused(french(Moments.Overlap.EARLIER), "31/03/2024 02:30")
            .contains("does not exist in Europe/Paris"));
    }

    @Test
    void ofATimeThatClocksShowTwiceTheDeclaredOneIsMeant() {
        String text = "27/10/2024 02:30";
        assertTrue(refused(french(Moments.Overlap.REFUSE), text).contains("csv.time.overlap"));
        assertEquals(Instant.parse("2024-10-27T00:30:00Z"),
            french(Moments.Overlap.EARLIER).timestamp(text).toInstant());
        assertEquals(Instant.parse("2024-10-27T01:30:00Z"),
            french(Moments.Overlap.LATER).timestamp(text).toInstant());
    }

    @ParameterizedTest
    @ValueSource(strings = {"31/02/2024 10:00", "30/02/2023 10:00", "01/13/2024 10:00",
        "1/2/2024 10:00", "01/02/24 10:00", "01/02/2024 24:00", "01/02/2024", "hier"})
    void whatTheFormatDoesNotDescribeIsRefused(String text) {
        assertThrows(IllegalArgumentException.class,
            () -> french(Moments.Overlap.REFUSE).timestamp(text));
    }

    @ParameterizedTest
    @CsvSource({"d/M/yyyy,1/2/2024,2024-02-01", "d/M/yyyy,01/02/2024,2024-02-01",
        "dd/MM/yy,01/02/29,2029-02-01", "dd/MM/yy,01/02/30,1930-02-01",
        "d MMMM yyyy,14 juillet 2024,2024-07-14", "yyyyMMdd,20240131,2024-01-31",
        "dd.MM.yyyy,31.01.2024,2024-01-31"})
    void formatsOfSpreadsheetsAreRead(String pattern, String text, String wanted) {
        Moments moments = new Moments(DateFormats.date(pattern, Locale.FRENCH), null, null, null,
            Moments.Overlap.REFUSE);
        assertEquals(Instant.parse(wanted + "T00:00:00Z"), moments.date(text).toInstant());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dd/mm/yyyy", "DD/MM/YYYY", "dd/MM", "jj/MM/aaaa", "dd/MM/yyyy]", "{"})
    void aFormatThatMixesPartsUpIsRefusedBeforeAnythingIsRead(String pattern) {
        assertThrows(RuntimeException.class, () -> DateFormats.date(pattern, Locale.FRENCH));
    }

    @Test
    void aFormatSaysWhetherAZoneIsInIt() {
        assertFalse(DateFormats.hasZone("dd/MM/yyyy HH:mm", Locale.FRENCH));
        assertTrue(DateFormats.hasZone("dd/MM/yyyy HH:mm XXX", Locale.FRENCH));
    }

    /** A time on a clock is read as the one instant when it was there, or refused. */
    @Test
    void everyMinuteOfEveryYearIsReadAsItWasOnTheClock() {
        Random random = new Random(7);
        DateTimeFormatter format = DateTimeFormatter.ofPattern("dd/MM/uuuu HH:mm:ss");
        for (int round = 0; round < 5_000; round++) {
            LocalDateTime local = LocalDateTime.of(1980, 1, 1, 0, 0)
                .plusSeconds(random.nextLong(60L * 365 * 86_400));
            ZoneId paris = ZoneId.of("Europe/Paris");
            int valid = paris.getRules().getValidOffsets(local).size();
            String text = local.format(format);
            Moments moments = french(Moments.Overlap.LATER);
            if (valid == 0) {
                assertThrows(IllegalArgumentException.class, () -> moments.timestamp(text), text);
            } else {
                assertEquals(local, LocalDateTime.ofInstant(
                    moments.timestamp(text).toInstant(), paris), text);
            }
        }
    }
}
