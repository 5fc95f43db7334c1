package dev.streaminglab.connect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that users put files into.
 *
 * <p>A file is taken by moving it to {@code processing/<connector>/<time>-<name>}. That name is
 * never used again, so what is stored about a file cannot be mistaken for a later file of the same
 * name; and after a restart the file is found there. Symbolic links are not followed: whoever may
 * write here must not be able to name files elsewhere.
 */
class DropFolder {
    private static final Logger LOG = LoggerFactory.getLogger(DropFolder.class);
    private static final int MOST_FILES = 10_000;
    private static final int MOST_NAME_CHARS = 180;
    private static final Pattern UNFINISHED =
        Pattern.compile("\\..*|.*\\.(filepart|part|tmp)|.*~", Pattern.DOTALL);
    private static final Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9._ -]");

    private final Path root;
    private final Path processing;
    private final Pattern pattern;
    private final long settleNanos;
    /** Files that could not be moved, as they were then. */
    private final Map<Path, Stamp> kept = new HashMap<>();
    private Map<Path, Seen> seen = new HashMap<>();

    /** A file's size and time, and since when (System.nanoTime) they have been so. */
    private record Seen(Stamp stamp, long since) { }

    /**
     * The folder as the connector of this name uses it; files count as complete when they have
     * stayed the same for settleMillis.
     */
    DropFolder(Path root, String connector, String glob, long settleMillis) {
        this.root = root;
        this.processing = root.resolve("processing").resolve(folderName(connector));
        String names = Arrays.stream(glob.split(","))
            .map(one -> regex(one.strip())).collect(Collectors.joining("|"));
        this.pattern = Pattern.compile(names, Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
        this.settleNanos = settleMillis * 1_000_000;
    }

    /** What keeps a path from being a drop folder, in words that go on after its name; or null. */
    static String problem(Path path) {
        if (!Files.isDirectory(path)) {
            return "is not a folder on this worker";
        }
        if (!Files.isReadable(path) || !Files.isWritable(path) || !Files.isExecutable(path)) {
            return "cannot be read and written by this worker";
        }
        return null;
    }

    /** Files that were taken before and are not finished, oldest first. */
    List<Path> unfinished() throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(processing, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(processing)) {
                for (Path file : files) {
                    if (!isBeside(file)) {
                        found.add(file);
                    }
                }
            }
        }
        found.sort(null);
        return found;
    }

    /** The oldest complete file, moved to where it is read from; null when there is none. */
    Path take(long now) throws IOException {
        Path oldest = null;
        Stamp least = null;
        Map<Path, Seen> present = new HashMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(root, this::isWanted)) {
            for (Path file : files) {
                Stamp stamp = Stamp.of(file);
                if (stamp == null || stamp.size() == 0 || stamp.equals(kept.get(file))
                        || present.size() >= MOST_FILES) {
                    continue;
                }
                Seen before = seen.get(file);
                boolean same = before != null && before.stamp().equals(stamp);
                present.put(file, same ? before : new Seen(stamp, now));
                if (same && now - before.since() >= settleNanos
                        && (least == null || stamp.isBefore(least)
                            || stamp.isAsOld(least) && file.compareTo(oldest) < 0)) {
                    oldest = file;
                    least = stamp;
                }
            }
        }
        seen = present;
        kept.keySet().removeIf(file -> Files.notExists(file, LinkOption.NOFOLLOW_LINKS));
        return oldest == null ? null : claim(oldest);
    }

    private boolean isWanted(Path file) {
        String name = file.getFileName().toString();
        return pattern.matcher(name).matches() && !UNFINISHED.matcher(name).matches();
    }

    private Path claim(Path file) throws IOException {
        folder(root.resolve("processing"));
        folder(processing);
        long time = System.currentTimeMillis();
        Path target;
        do {
            target = processing.resolve(time++ + "-" + safe(file.getFileName().toString()));
        } while (Files.exists(target, LinkOption.NOFOLLOW_LINKS));
        try {
            return move(file, target);
        } catch (NoSuchFileException gone) {
            return null;
        } catch (AccessDeniedException denied) {
            LOG.error("{} cannot be moved by this worker and is left out until it has changed;"
                + " remove it, or give the worker the right", file);
            kept.put(file, Stamp.of(file));
            return null;
        }
    }

    Path move(Path file, Path target) throws IOException {
        return Files.move(file, target);
    }

    /** The name that a taken file had when its user put it here. */
    static String originalName(Path taken) {
        String name = taken.getFileName().toString();
        return name.substring(name.indexOf('-') + 1);
    }

    /** A file of a kind that is kept beside a taken one, for as long as that is on its way. */
    static Path beside(Path taken, String kind) {
        return taken.resolveSibling("." + taken.getFileName() + "." + kind);
    }

    private static boolean isBeside(Path file) {
        return file.getFileName().toString().startsWith(".");
    }

    /** Put the rows of a taken file that were set aside into error/, under the file's name. */
    Path aside(Path taken, Aside rows) throws IOException {
        Path target = free(folder(root.resolve("error")), originalName(taken));
        Files.move(rows.reasons(), reasonOf(target));
        return Files.exists(rows.rows(), LinkOption.NOFOLLOW_LINKS)
            ? Files.move(rows.rows(), target) : reasonOf(target);
    }

    /** Put a file whose rows are all sent into done/. */
    Path done(Path taken) throws IOException {
        return Files.move(taken, free(folder(root.resolve("done")), originalName(taken)));
    }

    /** Put a file that cannot be read (any further) into error/, beside a text that says why. */
    Path error(Path taken, String reason) throws IOException {
        Path target = free(folder(root.resolve("error")), originalName(taken));
        Files.writeString(reasonOf(target), reason + "\n", StandardCharsets.UTF_8,
            StandardOpenOption.CREATE_NEW);
        return Files.move(taken, target);
    }

    private static Path reasonOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".reason.txt");
    }

    /** A path in a folder that no file has, nor the text that would say why: name, name-2, ... */
    private static Path free(Path folder, String name) {
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        String ending = dot > 0 ? name.substring(dot) : "";
        Path path = folder.resolve(name);
        for (int number = 2; taken(path) || taken(reasonOf(path)); number++) {
            path = folder.resolve(stem + "-" + number + ending);
        }
        return path;
    }

    private static boolean taken(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Make a folder, or make sure that it is one and no link to elsewhere. */
    private static Path folder(Path path) throws IOException {
        if (!taken(path)) {
            Files.createDirectory(path);
        }
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(path + " must be a folder and no link; remove it");
        }
        return path;
    }

    /** A user's file name as a name that is fine in every locale, log line and file system. */
    static String safe(String name) {
        String clean = UNSAFE.matcher(name).replaceAll("_");
        return clean.substring(Math.max(0, clean.length() - MOST_NAME_CHARS));
    }

    /** One folder per connector; two names that look the same without odd characters differ. */
    private static String folderName(String connector) {
        String clean = safe(connector).replace('.', '_');
        String mark = "-" + Integer.toHexString(connector.hashCode());
        return clean.equals(connector) ? clean : clean + mark;
    }

    private static String regex(String glob) {
        StringBuilder regex = new StringBuilder();
        for (char c : glob.toCharArray()) {
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return regex.toString();
    }

    /** Size and time of change of a file. */
    record Stamp(long size, long modified) {
        /** Null for what is no plain file (links are not followed) or is gone. */
        static Stamp of(Path file) throws IOException {
            try {
                BasicFileAttributes found = Files.readAttributes(
                    file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                return found.isRegularFile()
                    ? new Stamp(found.size(), found.lastModifiedTime().toMillis()) : null;
            } catch (NoSuchFileException gone) {
                return null;
            }
        }

        boolean isBefore(Stamp other) {
            return modified < other.modified;
        }

        boolean isAsOld(Stamp other) {
            return modified == other.modified;
        }
    }
}
