package dev.streaminglab.connect;

/**
 * One value of an object: its kind and its text; what is nested is text in JSON.
 *
 * @param kind what it is
 * @param text a string without its quotes, anything else as it stands in the file; null for null
 */
record JsonCell(Kind kind, String text) {
    /** Kinds of values, and the type that fields of that kind have. */
    enum Kind {
        NOTHING("string"), TEXT("string"), TRUTH("boolean"), WHOLE("int64"), FRACTION("float64");

        private final String type;

        Kind(String type) {
            this.type = type;
        }

        /** A name of RowRules.TYPES. */
        String type() {
            return type;
        }

        /** The kind that holds values of both. */
        Kind with(Kind other) {
            if (this == other || other == NOTHING) {
                return this;
            }
            if (this == NOTHING) {
                return other;
            }
            boolean numbers = compareTo(WHOLE) >= 0 && other.compareTo(WHOLE) >= 0;
            return numbers ? FRACTION : TEXT;
        }
    }
}
