package org.assay.evm;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.jspecify.annotations.Nullable;

/// Analysed code by its hash, in two generations: what was not used for a generation is
/// forgotten. One for the process, for any thread: entries are functions of their key, so that
/// sharing cannot change a result, and every reader of a state profits.
final class CodeCache {
    private static final CodeCache SHARED = new CodeCache();

    /// Bytes of code a generation holds; two are kept, and analysis takes about as much again.
    private static final long GENERATION_BYTES_MAX = 16L << 20;

    private volatile ConcurrentHashMap<Hash, Code> young = new ConcurrentHashMap<>();
    private volatile ConcurrentHashMap<Hash, Code> old = new ConcurrentHashMap<>();
    private final AtomicLong youngBytes = new AtomicLong();

    private CodeCache() {}

    static CodeCache shared() {
        return SHARED;
    }

    @Nullable Code find(Hash hash) {
        Code code = young.get(hash);
        if (code == null) {
            code = old.get(hash);
            if (code != null) {
                put(hash, code);
            }
        }
        return code;
    }

    /// The code with this hash, which must be that of `bytes`.
    Code add(Hash hash, Bytes bytes) {
        Code code = new Code(bytes);
        put(hash, code);
        return code;
    }

    private void put(Hash hash, Code code) {
        if (young.put(hash, code) == null
                && youngBytes.addAndGet(code.size + 256) > GENERATION_BYTES_MAX) {
            old = young;
            young = new ConcurrentHashMap<>();
            youngBytes.set(0);
        }
    }
}
