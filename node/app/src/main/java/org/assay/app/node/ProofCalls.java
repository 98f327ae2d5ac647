package org.assay.app.node;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.assay.chain.system.Abi;
import org.assay.chain.system.AbiReader;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.verifier.Commit;
import org.assay.verifier.Open;

/// The calls to `Proofs` and the events of `Prologue` as they stand in blocks.
public final class ProofCalls {
    static final Hash ATTESTED = topic("Attested(bytes32,bytes32)");
    static final Hash VERDICT_RECORDED = topic("VerdictRecorded(bytes32,bool,uint8,uint64)");

    private static final Bytes COMMIT = selector("commit(bytes)");
    private static final Bytes OPEN = selector("open(bytes)");

    private ProofCalls() {}

    private static Hash topic(String event) {
        return Keccak.hash256(event.getBytes(StandardCharsets.US_ASCII));
    }

    private static Bytes selector(String function) {
        return Abi.call(function);
    }

    /// The Commit that this calldata hands in.
    public static Optional<Commit> commit(Bytes calldata) {
        return argument(calldata, COMMIT, Commit.SIZE).flatMap(Commit::decode);
    }

    /// The Open that this calldata hands in.
    public static Optional<Open> open(Bytes calldata) {
        return argument(calldata, OPEN, Open.SIZE).flatMap(Open::decode);
    }

    private static Optional<Bytes> argument(Bytes calldata, Bytes selector, int bytesMax) {
        if (calldata.size() < 4 || !calldata.slice(0, 4).equals(selector)) {
            return Optional.empty();
        }
        try {
            return Optional.of(AbiReader.at(calldata, 4).follow().readText(bytesMax));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
