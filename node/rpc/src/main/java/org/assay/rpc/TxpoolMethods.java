package org.assay.rpc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.assay.chain.pool.TransactionPool;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateView;
import org.jspecify.annotations.Nullable;

/// `txpool_*`.
final class TxpoolMethods implements Methods {
    private final Backend backend;

    TxpoolMethods(Backend backend) {
        this.backend = backend;
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        return Map.of(
                "txpool_status", this::status,
                "txpool_content", params -> split(),
                "txpool_contentFrom", this::contentFrom,
                "txpool_inspect", this::inspect,
                "txpool_explain", params -> backend.explain(params.hash(0)));
    }

    private Object status(Params params) {
        StateView state = backend.chain().head().state();
        long pending = 0;
        long all = 0;
        for (Map.Entry<Address, List<TransactionPool.Entry>> sender :
                backend.poolContent().entrySet()) {
            long next = nonceOf(sender.getKey(), state);
            for (TransactionPool.Entry entry : sender.getValue()) {
                if (entry.transaction().nonce() == next) {
                    next++;
                    pending++;
                }
            }
            all += sender.getValue().size();
        }
        return Map.of(
                "pending",
                UInt256.of(pending).toQuantity(),
                "queued",
                UInt256.of(all - pending).toQuantity());
    }

    private static long nonceOf(Address sender, StateView state) {
        Account account = state.account(sender);
        return account == null ? 0 : account.nonce();
    }

    private Object contentFrom(Params params) {
        String sender = params.address(0).toChecksum();
        Map<String, Object> view = new LinkedHashMap<>();
        split().forEach((name, senders) -> view.put(name, senders.getOrDefault(sender, Map.of())));
        return view;
    }

    /// A line of text for each transaction, as geth has it.
    private Object inspect(Params params) {
        Map<String, Object> view = new LinkedHashMap<>();
        split().forEach((name, senders) -> view.put(name, lines(senders)));
        return view;
    }

    private static Map<String, Object> lines(Map<String, Object> senders) {
        Map<String, Object> view = new LinkedHashMap<>();
        senders.forEach(
                (sender, nonces) -> {
                    Map<String, Object> lines = new LinkedHashMap<>();
                    ((Map<?, ?>) nonces)
                            .forEach(
                                    (nonce, transaction) ->
                                            lines.put(
                                                    String.valueOf(nonce),
                                                    line((Map<?, ?>) transaction)));
                    view.put(sender, lines);
                });
        return view;
    }

    private static String line(Map<?, ?> transaction) {
        Object to = transaction.get("to");
        return (to == null ? "contract creation" : to)
                + ": "
                + number(transaction.get("value"))
                + " wei + "
                + number(transaction.get("gas"))
                + " gas × "
                + number(transaction.get("gasPrice"))
                + " wei";
    }

    private static String number(@Nullable Object quantity) {
        return UInt256.parse(String.valueOf(quantity)).toString();
    }

    /// Executable ones are pending, those behind a gap queued.
    private Map<String, Map<String, Object>> split() {
        StateView state = backend.chain().head().state();
        Map<String, Object> pending = new LinkedHashMap<>();
        Map<String, Object> queued = new LinkedHashMap<>();
        for (Map.Entry<Address, List<TransactionPool.Entry>> sender :
                backend.poolContent().entrySet()) {
            long next = nonceOf(sender.getKey(), state);
            Map<String, Object> ready = new LinkedHashMap<>();
            Map<String, Object> gapped = new LinkedHashMap<>();
            for (TransactionPool.Entry entry : sender.getValue()) {
                Map<String, Object> object =
                        Views.transaction(entry.recovered(), null, null, -1, UInt256.ZERO);
                long nonce = entry.transaction().nonce();
                (nonce == next ? ready : gapped).put(Long.toString(nonce), object);
                next += nonce == next ? 1 : 0;
            }
            if (!ready.isEmpty()) {
                pending.put(sender.getKey().toChecksum(), ready);
            }
            if (!gapped.isEmpty()) {
                queued.put(sender.getKey().toChecksum(), gapped);
            }
        }
        return Map.of("pending", pending, "queued", queued);
    }
}
