package dev.streaminglab.connect;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;

/**
 * The characters of a file, one at a time, in a fixed amount of memory.
 *
 * <p>Unlike InputStreamReader it hands out every character before a byte sequence that means
 * nothing, so that the line of the fault is known and the lines before it are not lost.
 */
final class CharSource implements Closeable {
    private static final int SIZE = 16_384;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final ReadableByteChannel channel;
    private final CharsetDecoder decoder;
    private final ByteBuffer bytes = ByteBuffer.allocate(SIZE).flip();
    private final CharBuffer chars = CharBuffer.allocate(SIZE).flip();
    private CoderResult fault;
    private boolean begun;
    private boolean bytesEnded;
    private boolean flushed;

    /** Reads from the channel, and leaves out a byte order mark at its beginning. */
    CharSource(ReadableByteChannel channel, Charset charset) {
        this.channel = channel;
        this.decoder = charset.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    /** The next character, or -1 at the end; CharacterCodingException where bytes mean none. */
    int read() throws IOException {
        return hasMore() ? chars.get() : -1;
    }

    /** Goes on behind the bytes for which read() threw CharacterCodingException. */
    void skipFault() {
        bytes.position(bytes.position() + fault.length());
        fault = null;
    }

    /** The name of the charset. */
    String charset() {
        return decoder.charset().name();
    }

    /** What read() would return, without taking it. */
    int peek() throws IOException {
        return hasMore() ? chars.get(chars.position()) : -1;
    }

    /** The characters that are in memory now, to look at; some thousands unless the end is near. */
    CharSequence ahead() throws IOException {
        return hasMore() ? chars.asReadOnlyBuffer() : "";
    }

    private boolean hasMore() throws IOException {
        while (!chars.hasRemaining()) {
            if (fault != null) {
                fault.throwException();
            }
            if (flushed) {
                return false;
            }
            fill();
            if (!begun && chars.hasRemaining()) {
                begun = true;
                if (chars.get(chars.position()) == BYTE_ORDER_MARK) {
                    chars.get();
                }
            }
        }
        return true;
    }

    private void fill() throws IOException {
        chars.clear();
        CoderResult result = decoder.decode(bytes, chars, bytesEnded);
        if (result.isError()) {
            fault = result;
        } else if (result.isUnderflow() && bytesEnded) {
            decoder.flush(chars);
            flushed = true;
        } else if (result.isUnderflow()) {
            bytes.compact();
            bytesEnded = channel.read(bytes) < 0;
            bytes.flip();
        }
        chars.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
