package dev.streaminglab.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers in the notations of several countries. */
final class NumbersTest {
    private static final Numbers FRENCH = new Numbers(',', "space");
    private static final Numbers ENGLISH = new Numbers('.', ",");

    @ParameterizedTest
    @ValueSource(strings = {"1234,5", "1 234,5", "1\u00A0234,5", "1\u202F234,5", "+1234,50",
        "1,2345e3", "12345E-1"})
    void aDecimalCommaAndBlanksBetweenThousandsAreRead(String text) {
        assertEquals(1234.5, FRENCH.float64(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "1.234,5", "12 34,5", "1 2345", "1 234\u00A0567", " 1", "1,2,3",
        "1?234,5", "12,5 %", "5 €", "", ",", "-", "0x1p3", "1d", "1f", "1e999", "-1e999", "١"})
    void whatIsNoNumberInThisNotationIsRefused(String text) {
        assertThrows(NumberFormatException.class, () -> FRENCH.float64(text));
    }

    @Test
    void thousandsAreGroupedInThrees() {
        assertEquals(1234567.25, ENGLISH.float64("1,234,567.25"));
        assertEquals(-1234.5, new Numbers(',', ".").float64("-1.234,5"));
        assertEquals(1234567, new Numbers('.', "'").float64("1'234'567"));
        assertThrows(NumberFormatException.class, () -> ENGLISH.float64("1,5"));
        assertThrows(NumberFormatException.class, () -> new Numbers('.', "none").whole("1 234"));
        assertEquals("-1234", FRENCH.whole("-1 234"));
        assertThrows(NumberFormatException.class, () -> FRENCH.whole("1,0"));
    }

    @Test
    void aNumberThatIsTooLargeForItsTypeIsRefusedInsteadOfBecomingInfinite() {
        assertThrows(NumberFormatException.class, () -> FRENCH.float32("1e39"));
        assertEquals(Double.NEGATIVE_INFINITY, FRENCH.float64("-Infinity"));
    }

    /** Whatever number a country's format writes, is read as that number. */
    @Test
    void everyNumberOfEveryNotationIsReadAsItWasWritten() {
        Random random = new Random(7);
        for (int round = 0; round < 5_000; round++) {
            char decimal = random.nextBoolean() ? ',' : '.';
            String marks = " \u00A0\u202F'" + (decimal == ',' ? "." : ",");
            char mark = marks.charAt(random.nextInt(marks.length()));
            DecimalFormatSymbols symbols = new DecimalFormatSymbols(Locale.ROOT);
            symbols.setDecimalSeparator(decimal);
            symbols.setGroupingSeparator(mark);
            String pattern = random.nextBoolean() ? "#,##0.######" : "0.######";
            double number = random.nextInt(2_000_000_000) / 1e3 * (random.nextBoolean() ? 1 : -1);
            String text = new DecimalFormat(pattern, symbols).format(number);
            String grouping = " \u00A0\u202F".indexOf(mark) >= 0 ? "space" : "" + mark;
            assertEquals(number, new Numbers(decimal, grouping).float64(text), text);
        }
    }
}
