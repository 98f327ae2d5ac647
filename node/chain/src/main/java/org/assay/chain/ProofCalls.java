package org.assay.chain;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.assay.chain.system.AbiReader;
import org.assay.chain.system.Predeploys;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Log;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Signature;
import org.assay.verifier.Commit;
import org.assay.verifier.Open;

/// What the Proofs and Prologue contracts tell of commits, read from their events: so it does not
/// matter which transaction or contract called them.
///
/// The signatures are not in the events. The contract has checked them (or that the provider
/// itself called), so the Commits and Opens made here carry [#SEEN_BY_CONTRACT] instead.
public final class ProofCalls {
    /// Stands where the contract has already seen that the provider authorised something.
    public static final Signature SEEN_BY_CONTRACT = new Signature(UInt256.ZERO, UInt256.ZERO, 0);

    private static final Hash COMMITTED =
            topic(
                    "Committed(bytes32,bytes32,address,bytes32,bytes32,bytes32,bytes32,uint8,"
                            + "uint32,uint32,uint64,uint64)");
    private static final Hash OPENED =
            topic("Opened(bytes32,address,uint64,uint16,uint32,bytes32)");
    private static final Hash BEACON = topic("Beacon(uint256,bytes32)");
    private static final Hash ATTESTED = topic("Attested(bytes32,bytes32)");
    private static final Hash VERDICT_RECORDED =
            topic("VerdictRecorded(bytes32,bool,uint8,uint64)");
    private static final Hash RULING_ASKED = topic("RulingAsked(bytes32,bytes32,uint64,uint8)");
    private static final Hash RULING_RECORDED = topic("RulingRecorded(bytes32,bool,uint256)");

    private ProofCalls() {}

    private static Hash topic(String event) {
        return Keccak.hash256(event.getBytes(StandardCharsets.US_ASCII));
    }

    /// What happened to a commit.
    public sealed interface Happening {
        Hash commitId();

        record Committed(Hash commitId, Commit commit) implements Happening {}

        record Opened(Hash commitId, Open open) implements Happening {}

        record Attested(Hash commitId) implements Happening {}

        record VerdictRecorded(Hash commitId) implements Happening {}

        record RulingAsked(Hash commitId) implements Happening {}

        record RulingRecorded(Hash commitId) implements Happening {}
    }

    /// The beacon that a block's prologue made.
    private static Optional<Hash> mixOf(Blockchain.Stored block) {
        return block.receipts().stream()
                .limit(1)
                .flatMap(prologue -> prologue.logs().stream())
                .filter(log -> log.address().equals(Predeploys.PROLOGUE))
                .filter(log -> log.topics().getFirst().equals(BEACON))
                .map(log -> Hash.of(log.data()))
                .findFirst();
    }

    /// The beacon after block `height`, from the block itself: the contract's ring forgets. Zero
    /// where this node does not have the block.
    public static Hash mixAt(Blockchain chain, long height) {
        return chain.storedAt(height).flatMap(ProofCalls::mixOf).orElse(Hash.ZERO);
    }

    /// What `log` tells; empty for other events, and for a Commit or an Open that no proof can
    /// have (2^31 rows and more): it is never attested and ends as withheld.
    public static Optional<Happening> read(Log log, long chainId) {
        boolean proofs = log.address().equals(Predeploys.PROOFS);
        if ((!proofs && !log.address().equals(Predeploys.PROLOGUE)) || log.topics().size() < 2) {
            return Optional.empty();
        }
        Hash event = log.topics().getFirst();
        Hash commitId = log.topics().get(1);
        if (proofs) {
            if (event.equals(COMMITTED)) {
                return commit(log, chainId).map(c -> new Happening.Committed(commitId, c));
            }
            if (event.equals(OPENED)) {
                return open(log).map(open -> new Happening.Opened(commitId, open));
            }
            return event.equals(RULING_ASKED)
                    ? Optional.of(new Happening.RulingAsked(commitId))
                    : Optional.empty();
        }
        if (event.equals(ATTESTED)) {
            return Optional.of(new Happening.Attested(commitId));
        }
        if (event.equals(VERDICT_RECORDED)) {
            return Optional.of(new Happening.VerdictRecorded(commitId));
        }
        return event.equals(RULING_RECORDED)
                ? Optional.of(new Happening.RulingRecorded(commitId))
                : Optional.empty();
    }

    private static Optional<Commit> commit(Log log, long chainId) {
        AbiReader words = AbiReader.of(log.data());
        Hash templateId = words.readHash();
        Hash inputRoot = words.readHash();
        Hash outputRoot = words.readHash();
        Hash traceRoot = words.readHash();
        long kind = words.readUnsignedLong();
        long rows = words.readUnsignedLong();
        long seqs = words.readUnsignedLong();
        long workUnits = words.readUnsignedLong();
        long expiry = words.readUnsignedLong();
        if (rows < 1
                || rows > Integer.MAX_VALUE
                || seqs < 1
                || seqs > Integer.MAX_VALUE
                || workUnits < 0
                || expiry < 0) {
            return Optional.empty();
        }
        return Optional.of(
                new Commit(
                        new Commit.Facts(
                                (int) kind,
                                chainId,
                                Address.ofWord(log.topics().get(3).toUInt256()),
                                log.topics().get(2),
                                templateId,
                                inputRoot,
                                outputRoot,
                                traceRoot,
                                (int) rows,
                                (int) seqs,
                                workUnits,
                                expiry),
                        SEEN_BY_CONTRACT));
    }

    private static Optional<Open> open(Log log) {
        AbiReader words = AbiReader.of(log.data());
        words.readUInt256();
        long cells = words.readUnsignedLong();
        long sidecarBytes = words.readUnsignedLong();
        Hash sidecarRoot = words.readHash();
        return sidecarBytes > Integer.MAX_VALUE
                ? Optional.empty()
                : Optional.of(
                        new Open(
                                log.topics().get(1),
                                (int) cells,
                                (int) sidecarBytes,
                                sidecarRoot,
                                SEEN_BY_CONTRACT));
    }
}
