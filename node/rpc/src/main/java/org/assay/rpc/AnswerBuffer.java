package org.assay.rpc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/// Bytes of an answer, up to a limit. Owned by one call.
final class AnswerBuffer extends ByteArrayOutputStream {
    /// Room past the limit for the words that say so.
    private static final int ROOM_BYTES = 1 << 20;

    private int bytesMax;

    AnswerBuffer(int bytesMax) {
        super(512);
        this.bytesMax = bytesMax;
    }

    /// The limit is reached.
    static final class FullException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FullException() {
            super("response too large", null, false, false);
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        if (size() + (long) length > bytesMax) {
            throw new FullException();
        }
        super.write(bytes, offset, length);
    }

    synchronized void truncate(int size) {
        count = size;
    }

    /// Lets one short text in where the buffer is full.
    void allowMore() {
        bytesMax = (int) Math.min(Integer.MAX_VALUE - 64L, (long) size() + ROOM_BYTES);
    }

    @Override
    public void close() throws IOException {}
}
