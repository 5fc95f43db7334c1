package dev.streaminglab.connect;

/**
 * White space as spreadsheets write it: with the blanks that do not break a line, and the mark that
 * programs of DOS put at a file's end (Ctrl+Z).
 */
final class Blanks {
    /** The blanks that stand in numbers: plain, no-break and narrow no-break. */
    static final String IN_NUMBERS = " \u00A0\u202F";

    private Blanks() { }

    /** A text without white space at its ends; unlike String.strip, no-break blanks are white. */
    static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\uFEFF' || c == '\u001A';
    }
}
