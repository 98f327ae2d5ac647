package org.assay.chain;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.assay.primitives.Bytes;

/// A chain as other clients export it: blocks in RLP, one after the other, plain or gzipped. Read
/// front to back by one thread.
public final class ChainFile implements AutoCloseable {
    /// Bytes of one block that reading accepts: four times what EIP-7934 allows.
    public static final int BLOCK_BYTES_MAX = 32 << 20;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int GZIP_MAGIC_FIRST = 0x1f;
    private static final int GZIP_MAGIC_SECOND = 0x8b;
    private static final int SHORT_LIST = 0xc0;
    private static final int LONG_LIST = 0xf7;

    private final InputStream input;
    private long offset;

    /// The file is broken, or is no chain. The message says where.
    public static final class BrokenException extends IOException {
        private static final long serialVersionUID = 1;

        BrokenException(String message) {
            super(message);
        }
    }

    public ChainFile(InputStream source) throws IOException {
        BufferedInputStream plain = new BufferedInputStream(source, BUFFER_BYTES);
        plain.mark(2);
        boolean zipped = plain.read() == GZIP_MAGIC_FIRST && plain.read() == GZIP_MAGIC_SECOND;
        plain.reset();
        input =
                zipped
                        ? new BufferedInputStream(
                                new GZIPInputStream(plain, BUFFER_BYTES), BUFFER_BYTES)
                        : plain;
    }

    /// Where the next block begins, in bytes of the unzipped file.
    public long offset() {
        return offset;
    }

    /// The next block's encoding; empty at the end. Throws [BrokenException] for anything but a
    /// list of bounded size, and where the file ends inside one.
    public Optional<Bytes> next() throws IOException {
        int prefix = input.read();
        if (prefix < 0) {
            return Optional.empty();
        }
        if (prefix < SHORT_LIST) {
            throw new BrokenException("no block begins at byte " + offset);
        }
        int sizeBytes = Math.max(0, prefix - LONG_LIST);
        byte[] head = new byte[1 + sizeBytes];
        head[0] = (byte) prefix;
        fill(head, 1);
        long size = (long) prefix - SHORT_LIST;
        if (sizeBytes > 0) {
            size = 0;
            for (int i = 1; i <= sizeBytes; i++) {
                size = size << 8 | (head[i] & 0xff);
            }
        }
        if (size < 0 || size > BLOCK_BYTES_MAX) {
            throw new BrokenException(
                    "the block at byte " + offset + " says it has more than 32 MiB");
        }
        byte[] block = java.util.Arrays.copyOf(head, head.length + (int) size);
        fill(block, head.length);
        offset += block.length;
        return Optional.of(Bytes.wrap(block));
    }

    private void fill(byte[] target, int from) throws IOException {
        int read;
        try {
            read = input.readNBytes(target, from, target.length - from);
        } catch (EOFException cutShort) {
            read = -1;
        }
        if (read < target.length - from) {
            throw new BrokenException(
                    "the file ends inside the block that begins at byte " + offset);
        }
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
