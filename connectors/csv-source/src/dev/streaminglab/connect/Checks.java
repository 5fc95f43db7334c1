package dev.streaminglab.connect;

import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** What each option may be, and the message that says so. */
final class Checks {
    private static final Pattern TOPIC_NAME = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    private Checks() { }

    interface Check {
        Object of(String name, Object value);
    }

    /** A validator that has nothing to say about an option without a value. */
    static ConfigDef.Validator check(Check check) {
        return (name, value) -> {
            if (value != null) {
                check.of(name, value);
            }
        };
    }

    /** A validator of an option with a few values, which its message names. */
    static ConfigDef.Validator oneOf(String... values) {
        return check((name, value) -> {
            if (!List.of(values).contains(value.toString())) {
                throw new ConfigException(name, value, "must be " + String.join(" or ", values));
            }
            return value;
        });
    }

    static Object path(String name, Object value) {
        if (!value.toString().startsWith("/")) {
            throw new ConfigException(name, value, "must be a folder's whole path, from / on");
        }
        try {
            return Path.of(value.toString());
        } catch (InvalidPathException error) {
            throw new ConfigException(name, value,
                "must be a folder's whole path, of characters that this worker can name");
        }
    }

    static Object topic(String name, Object value) {
        String topic = value.toString();
        if (!TOPIC_NAME.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
            throw new ConfigException(name, value,
                "a topic's name has letters, digits, '.', '_' and '-', at most 249");
        }
        return value;
    }

    static Object topicOrNone(String name, Object value) {
        return value.toString().isEmpty() ? value : topic(name, value);
    }

    static Object pattern(String name, Object value) {
        String patterns = value.toString();
        boolean empty = List.of(patterns.split(",", -1)).stream().anyMatch(String::isBlank);
        if (empty || patterns.contains("/")) {
            throw new ConfigException(name, value,
                "must be a file's name without folders, or several with commas between");
        }
        return value;
    }

    static Object charset(String name, Object value) {
        try {
            return Encoding.AUTO.equals(value) ? value : Charset.forName(value.toString());
        } catch (IllegalArgumentException error) {
            throw new ConfigException(name, value, "is no charset that Java knows, as UTF-8 is");
        }
    }

    static Object zone(String name, Object value) {
        try {
            return value.toString().isEmpty() ? value : ZoneId.of(value.toString());
        } catch (DateTimeException error) {
            throw new ConfigException(name, value, "is no time zone, as Europe/Paris and UTC are");
        }
    }

    static Object locale(String name, Object value) {
        Locale locale = Locale.forLanguageTag(value.toString());
        if (locale.getLanguage().isEmpty()) {
            throw new ConfigException(name, value, "is no language, as fr and en are");
        }
        return locale;
    }

    /** Column to the name of its type, of the option's list of column:type. */
    static Map<String, String> types(String name, Object value) {
        Map<String, String> types = new LinkedHashMap<>();
        for (Object entry : (List<?>) value) {
            String text = entry.toString();
            int colon = text.lastIndexOf(':');
            String column = text.substring(0, Math.max(colon, 0)).strip();
            String type = text.substring(colon + 1).strip();
            if (column.isEmpty() || !RowRules.TYPES.containsKey(type)) {
                throw new ConfigException(name, text, "must be column:type, with a type of "
                    + String.join(", ", RowRules.TYPES.keySet()));
            }
            if (types.put(column, type) != null) {
                throw new ConfigException(name, text, "this column has a type already");
            }
        }
        return types;
    }
}
