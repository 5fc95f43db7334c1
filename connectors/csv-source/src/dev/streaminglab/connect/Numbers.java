package dev.streaminglab.connect;

import java.util.regex.Pattern;

/**
 * Numbers as people and spreadsheets write them, as the text that Java reads.
 *
 * <p>Thousands are grouped in threes, by one and the same mark; anything else is no number, so that
 * "1.5" with a decimal comma is not read as 15.
 */
final class Numbers {
    private static final String NONE = "none";
    private static final String SPACE = "space";
    private static final Pattern NO_FINITE = Pattern.compile("[+-]?(NaN|Infinity)");

    private final Pattern whole;
    private final Pattern fraction;
    private final String marks;
    private final char decimal;

    /**
     * Numbers with this decimal mark.
     *
     * @param grouping none, space (of any width), or the one character that groups thousands
     */
    Numbers(char decimal, String grouping) {
        this.decimal = decimal;
        this.marks = switch (grouping) {
            case NONE -> "";
            case SPACE -> Blanks.IN_NUMBERS;
            default -> grouping;
        };
        String grouped = marks.isEmpty() ? ""
            : "|\\d{1,3}(?<mark>[" + marks + "])\\d{3}(?:\\k<mark>\\d{3})*";
        String digits = "[+-]?(?:\\d+" + grouped + ")";
        String point = Pattern.quote(String.valueOf(decimal));
        whole = Pattern.compile(digits);
        fraction = Pattern.compile("(?:" + digits + "(?:" + point + "\\d*)?|[+-]?"
            + point + "\\d+)(?:[eE][+-]?\\d+)?");
    }

    /** Digits and a sign; NumberFormatException when the text is no whole number. */
    String whole(String text) {
        return plain(text, whole);
    }

    /** A number with a decimal point; NumberFormatException when the text is none. */
    String fraction(String text) {
        return NO_FINITE.matcher(text).matches() ? text : plain(text, fraction);
    }

    private String plain(String text, Pattern shape) {
        if (!shape.matcher(text).matches()) {
            throw new NumberFormatException(text);
        }
        StringBuilder plain = new StringBuilder(text.length());
        for (char c : text.toCharArray()) {
            if (marks.indexOf(c) < 0) {
                plain.append(c == decimal ? '.' : c);
            }
        }
        return plain.toString();
    }

    /** The number as a float64; NumberFormatException when it is none, or too large for one. */
    double float64(String text) {
        double value = Double.parseDouble(fraction(text));
        refuse(Double.isInfinite(value), text);
        return value;
    }

    /** The number as a float32; NumberFormatException when it is none, or too large for one. */
    float float32(String text) {
        float value = Float.parseFloat(fraction(text));
        refuse(Float.isInfinite(value), text);
        return value;
    }

    private static void refuse(boolean infinite, String text) {
        if (infinite && !NO_FINITE.matcher(text).matches()) {
            throw new NumberFormatException(text);
        }
    }
}
