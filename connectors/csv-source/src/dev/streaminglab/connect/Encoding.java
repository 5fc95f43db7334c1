package dev.streaminglab.connect;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How the text of one file is written.
 *
 * @param charset its charset
 * @param marked whether the file says so itself, by a byte order mark
 */
record Encoding(Charset charset, boolean marked) {
    /** Each file is looked at: a mark, else valid UTF-8, else what Windows writes in France. */
    static final String AUTO = "auto";
    private static final Charset WINDOWS = Charset.forName("windows-1252");
    private static final int SIZE = 16_384;

    /** Byte order marks; UTF-32 before UTF-16, whose mark begins it. */
    private enum Mark {
        UTF_8(StandardCharsets.UTF_8, 0xEF, 0xBB, 0xBF),
        UTF_32_LE(Charset.forName("UTF-32LE"), 0xFF, 0xFE, 0, 0),
        UTF_32_BE(Charset.forName("UTF-32BE"), 0, 0, 0xFE, 0xFF),
        UTF_16_LE(StandardCharsets.UTF_16LE, 0xFF, 0xFE),
        UTF_16_BE(StandardCharsets.UTF_16BE, 0xFE, 0xFF);

        private final Charset charset;
        private final byte[] bytes;

        Mark(Charset charset, int... bytes) {
            this.charset = charset;
            this.bytes = new byte[bytes.length];
            for (int at = 0; at < bytes.length; at++) {
                this.bytes[at] = (byte) bytes[at];
            }
        }

        private boolean begins(byte[] text) {
            return text.length >= bytes.length
                && Arrays.equals(text, 0, bytes.length, bytes, 0, bytes.length);
        }
    }

    /**
     * The encoding of a file, whose channel is left at its beginning.
     *
     * <p>A byte order mark counts more than what is declared: no text in any other charset begins
     * so, and Excel's "CSV UTF-8" has one while its "CSV" has none.
     *
     * @param declared a charset's name, or AUTO
     */
    static Encoding of(SeekableByteChannel file, String declared) throws IOException {
        ByteBuffer first = ByteBuffer.allocate(4);
        while (first.hasRemaining() && file.read(first) >= 0) {
            continue;
        }
        file.position(0);
        byte[] beginning = Arrays.copyOf(first.array(), first.position());
        for (Mark mark : Mark.values()) {
            if (mark.begins(beginning)) {
                return new Encoding(mark.charset, true);
            }
        }
        if (!AUTO.equals(declared)) {
            return new Encoding(Charset.forName(declared), false);
        }
        boolean valid = isUtf8(file);
        file.position(0);
        return new Encoding(valid ? StandardCharsets.UTF_8 : WINDOWS, false);
    }

    /** Whether everything is UTF-8, but for a character at the end that is still being written. */
    private static boolean isUtf8(SeekableByteChannel file) throws IOException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.allocate(SIZE);
        CharBuffer chars = CharBuffer.allocate(SIZE);
        while (file.read(bytes) >= 0) {
            CoderResult result = decoder.decode(bytes.flip(), chars.clear(), false);
            if (result.isError()) {
                return false;
            }
            bytes.compact();
        }
        return true;
    }
}
