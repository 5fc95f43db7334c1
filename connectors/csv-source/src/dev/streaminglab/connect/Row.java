package dev.streaminglab.connect;

import java.util.List;

/**
 * One row of a file.
 *
 * @param fields what stands between the separators; null for a field without any character
 * @param text the row as it stands in the file, without its line end
 * @param firstLine number of the line where it begins
 * @param lastLine number of the line where it ends: the same, unless a field holds line ends
 */
record Row(List<String> fields, String text, long firstLine, long lastLine) { }
