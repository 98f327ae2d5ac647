package org.assay.rpc;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assay.chain.Blockchain;
import org.assay.primitives.block.RecoveredTransaction;

/// Who wants to hear of new heads and transactions. Safe for many threads.
public final class ChainListeners {
    private final List<ChainListener> listeners = new CopyOnWriteArrayList<>();

    /// Ends a registration.
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    public Registration add(ChainListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    public boolean isEmpty() {
        return listeners.isEmpty();
    }

    public void head(Blockchain.Stored block) {
        listeners.forEach(listener -> listener.onHead(block));
    }

    public void pending(RecoveredTransaction transaction) {
        listeners.forEach(listener -> listener.onPending(transaction));
    }
}
