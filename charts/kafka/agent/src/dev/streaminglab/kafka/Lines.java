package dev.streaminglab.kafka;

/**
 * Points in InfluxDB's line protocol. A value that cannot be read is left out, never written as 0,
 * and a point without any value is none.
 */
final class Lines {
    private final StringBuilder text = new StringBuilder();
    private String point = "";
    private int begins;

    /** Begin a point: its measurement and, behind commas, its tags. */
    Lines point(String measurementAndTags) {
        point = measurementAndTags;
        begins = 0;
        return this;
    }

    /** One field of it. Whole numbers stay whole; what is no number at all is left out. */
    Lines field(String name, Object value) {
        if (!(value instanceof Number number)) {
            return this;
        }
        double real = number.doubleValue();
        if (Double.isNaN(real) || Double.isInfinite(real)) {
            return this;
        }
        boolean whole = !(number instanceof Double || number instanceof Float);
        text.append(begins == 0 ? point + " " : ",").append(name).append('=')
                .append(whole ? number.longValue() + "i" : String.valueOf(real));
        begins = 1;
        return this;
    }

    /** End it. */
    void end() {
        if (begins > 0) {
            text.append('\n');
        }
    }

    /** A name of Kafka's as a tag's value: topics and groups may be called almost anything. */
    static String tag(String value) {
        StringBuilder safe = new StringBuilder();
        for (char letter : value.toCharArray()) {
            if (letter < ' ') {
                continue;
            }
            if (letter == ',' || letter == '=' || letter == ' ') {
                safe.append('\\');
            }
            safe.append(letter);
        }
        // A backslash at the end would take the comma that follows with it.
        while (safe.length() > 0 && safe.charAt(safe.length() - 1) == '\\') {
            safe.setLength(safe.length() - 1);
        }
        return safe.length() == 0 ? "-" : safe.toString();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
