package org.assay.rpc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.assay.chain.QbftSchedule;
import org.assay.consensus.PendingVotes;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.jspecify.annotations.Nullable;

/// `qbft_*` by which an operator votes, as Besu answers them. Votes change the set only where
/// headers carry it; with a contract the contract decides.
final class VoteMethods implements Methods {
    /// Besu's code for a method that this chain's configuration leaves without a meaning.
    private static final int METHOD_NOT_ENABLED = -32_604;

    private final Backend backend;
    private final QbftSchedule schedule;

    VoteMethods(Backend backend, QbftSchedule schedule) {
        this.backend = backend;
        this.schedule = schedule;
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        return Map.of(
                "qbft_proposeValidatorVote", this::propose,
                "qbft_discardValidatorVote", this::discard,
                "qbft_getPendingVotes", params -> pending());
    }

    @Override
    public boolean isGuarded() {
        return true;
    }

    private void requireHeaderMode() {
        if (schedule.after(backend.chain().head().header()).validatorContract().isPresent()) {
            throw new RpcError(METHOD_NOT_ENABLED, "Method not enabled");
        }
    }

    private Object propose(Params params) {
        requireHeaderMode();
        Address recipient = recipient(params);
        if (!params.has(1) || !params.node(1).isBoolean()) {
            throw RpcError.invalidParams("Invalid vote type params");
        }
        boolean kept = backend.votes(votes -> votes.propose(recipient, params.flag(1)));
        if (!kept) {
            throw new RpcError(
                    RpcError.LIMIT_EXCEEDED,
                    "more than " + PendingVotes.COUNT_MAX + " votes; discard some");
        }
        return true;
    }

    private Object discard(Params params) {
        requireHeaderMode();
        Address recipient = recipient(params);
        return backend.votes(
                votes -> {
                    votes.discard(recipient);
                    return true;
                });
    }

    private Object pending() {
        requireHeaderMode();
        Map<String, Boolean> texts = new LinkedHashMap<>();
        backend.votes(PendingVotes::pending)
                .forEach((recipient, add) -> texts.put(recipient.toString(), add));
        return texts;
    }

    /// Besu takes short addresses, filled with zeros from the left.
    private static Address recipient(Params params) {
        Bytes given = QbftMethods.bytes(params.optional(0));
        if (given == null || given.isEmpty() || given.size() > Address.SIZE) {
            throw RpcError.invalidParams("Invalid address params");
        }
        return Address.of(Bytes.wrap(new byte[Address.SIZE - given.size()]).concat(given));
    }
}
