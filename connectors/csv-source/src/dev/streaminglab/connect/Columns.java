package dev.streaminglab.connect;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/** The names of columns, from a header line. */
final class Columns {
    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern OTHER = Pattern.compile("[^a-z0-9]+");
    private static final Pattern ENDS = Pattern.compile("^_+|_+$");

    private Columns() { }

    /** Names as they stand in the header; columns without one at its end are none. */
    static List<String> of(List<String> header) {
        List<String> names = new ArrayList<>(header.size());
        for (String name : header) {
            names.add(Blanks.strip(Objects.requireNonNullElse(name, "")));
        }
        // A separator at the end of every line makes a last column without anything.
        while (!names.isEmpty() && names.get(names.size() - 1).isEmpty()) {
            names.remove(names.size() - 1);
        }
        return names;
    }

    /**
     * A name of a-z, 0-9 and _ alone: "Case Id" is case_id, "Durée (h)" is duree_h.
     *
     * <p>No database puts it in other letters, nor must it be put in quotes.
     */
    static String plain(String name) {
        String letters = name.replace("œ", "oe").replace("Œ", "oe")
            .replace("æ", "ae").replace("Æ", "ae").replace("ß", "ss");
        String bare = MARKS.matcher(Normalizer.normalize(letters, Normalizer.Form.NFKD))
            .replaceAll("").toLowerCase(Locale.ROOT);
        String plain = ENDS.matcher(OTHER.matcher(bare).replaceAll("_")).replaceAll("");
        return plain.isEmpty() || Character.isDigit(plain.charAt(0)) ? "column_" + plain : plain;
    }

    /** Whether a line is Excel's own word on the separator, sep=; and no header. */
    static boolean isSeparatorLine(List<String> row) {
        String first = row.get(0);
        return first != null && first.length() <= 5 && row.size() <= 2
            && first.toLowerCase(Locale.ROOT).startsWith("sep=")
            && (row.size() == 1 ? first.length() == 5 : row.get(1) == null && first.length() == 4);
    }
}
