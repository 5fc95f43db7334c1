package dev.streaminglab.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

/** The options of README.md are those that there are. */
final class ReadmeTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z.]+)` \\| ([^|]+) \\|");

    @Test
    void everyOptionIsDocumentedWithItsDefault() throws Exception {
        Map<String, String> documented = new TreeMap<>();
        String readme = Files.readString(Path.of(System.getProperty("csv.readme")));
        Matcher rows = ROW.matcher(readme.substring(0, readme.indexOf("\n## ")));
        while (rows.find()) {
            documented.put(rows.group(1), rows.group(2).replace("`", ""));
        }
        Map<String, String> defined = new TreeMap<>();
        for (ConfigDef.ConfigKey key : CsvDirectoryConfig.DEFINITION.configKeys().values()) {
            String value = !key.hasDefault() ? "required" : String.valueOf(key.defaultValue);
            defined.put(key.name, value.isEmpty() || value.equals("[]") ? "none" : value);
        }
        assertEquals(defined, documented);
    }
}
