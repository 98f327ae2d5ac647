package org.assay.app.chain;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/// Counts the bytes read, for a progress bar on another thread.
final class CountedInput extends FilterInputStream {
    private final AtomicLong count;

    CountedInput(InputStream input, AtomicLong count) {
        super(input);
        this.count = count;
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        if (value >= 0) {
            count.incrementAndGet();
        }
        return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = super.read(target, offset, length);
        count.addAndGet(Math.max(0, read));
        return read;
    }
}
