package org.assay.chain.system;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.consensus.emission.LedgerRow;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;

/// What transaction 0 of every block says to the `Prologue` contract (PROTOCOL section 4): the
/// beacon reveal, availability certificates, verdicts, and the ledger row, in this order.
public record PrologueCall(
        Bytes reveal, List<Certificate> certificates, List<Verdict> verdicts, LedgerRow row) {
    /// The contract's own limits.
    public static final int CERTIFICATES_MAX = 64;

    public static final int VERDICTS_MAX = 64;
    private static final int SIGNATURES_BYTES_MAX = 65 * 1_024;
    private static final int REVEAL_BYTES_MAX = 96;
    private static final int SELECTOR_BYTES = 4;

    private static final String SIGNATURE =
            "prologue(bytes,(bytes32,bytes32,bytes)[],(bytes32,bool,uint8,uint64)[],"
                    + "(uint256,uint256,uint256,uint256,uint256,uint256,uint64,uint64,uint128,"
                    + "uint64,uint256,uint64,uint256,bool))";

    /// A quorum's signatures (65 bytes r ‖ s ‖ v each, signers ascending) that they hold a
    /// sidecar.
    public record Certificate(Hash commitId, Hash sidecarRoot, Bytes signatures) {}

    /// What the proposer found; `reason` 0 exactly when it passes.
    public record Verdict(Hash commitId, boolean pass, int reason, long workUnits) {}

    public PrologueCall {
        certificates = List.copyOf(certificates);
        verdicts = List.copyOf(verdicts);
    }

    public Bytes encode() {
        List<Abi> certificateItems = new ArrayList<>();
        for (Certificate certificate : certificates) {
            certificateItems.add(
                    Abi.tuple(
                            Abi.of(certificate.commitId),
                            Abi.of(certificate.sidecarRoot),
                            Abi.of(certificate.signatures)));
        }
        List<Abi> verdictItems = new ArrayList<>();
        for (Verdict verdict : verdicts) {
            verdictItems.add(
                    Abi.tuple(
                            Abi.of(verdict.commitId),
                            Abi.of(verdict.pass),
                            Abi.of(verdict.reason),
                            Abi.of(verdict.workUnits)));
        }
        return Abi.call(
                SIGNATURE,
                Abi.of(reveal),
                new Abi.Array(certificateItems),
                new Abi.Array(verdictItems),
                encode(row));
    }

    /// The call in canonical encoding; empty for anything else.
    public static Optional<PrologueCall> decode(Bytes input) {
        try {
            AbiReader words = AbiReader.at(input, SELECTOR_BYTES);
            Bytes reveal = words.follow().readText(REVEAL_BYTES_MAX);
            List<Certificate> certificates = readCertificates(words.follow());
            List<Verdict> verdicts = readVerdicts(words.follow());
            PrologueCall call = new PrologueCall(reveal, certificates, verdicts, readRow(words));
            return call.encode().equals(input) ? Optional.of(call) : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static List<Certificate> readCertificates(AbiReader list) {
        int count = list.readCount(CERTIFICATES_MAX);
        AbiReader items = list.rebased();
        List<Certificate> certificates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            AbiReader item = items.follow();
            certificates.add(
                    new Certificate(
                            item.readHash(),
                            item.readHash(),
                            item.follow().readText(SIGNATURES_BYTES_MAX)));
        }
        return certificates;
    }

    private static List<Verdict> readVerdicts(AbiReader list) {
        int count = list.readCount(VERDICTS_MAX);
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            verdicts.add(
                    new Verdict(
                            list.readHash(),
                            list.readBoolean(),
                            list.readInt(256),
                            list.readUnsignedLong()));
        }
        return verdicts;
    }

    private static Abi encode(LedgerRow row) {
        return Abi.tuple(
                Abi.of(row.mintedWei()),
                Abi.of(row.burnedWei()),
                Abi.of(row.recycledWei()),
                Abi.of(row.notEmittedWei()),
                Abi.of(row.lockedWei()),
                Abi.of(row.remainderWei()),
                Abi.of(row.clock()),
                Abi.of(row.breakerWindowStart()),
                Abi.of(row.breakerWindowGwei()),
                Abi.of(row.nextWithdrawalIndex()),
                Abi.of(row.epochAccruedWei()),
                Abi.of(row.closedEpoch()),
                Abi.of(row.closedEpochAllowanceWei()),
                Abi.of(row.halted()));
    }

    /// The fourteen words of the struct, as `ledger()` returns them too.
    static LedgerRow readRow(AbiReader words) {
        return new LedgerRow(
                words.readUInt256(),
                words.readUInt256(),
                words.readUInt256(),
                words.readUInt256(),
                words.readUInt256(),
                words.readUInt256(),
                words.readUnsignedLong(),
                words.readUnsignedLong(),
                words.readUInt256(),
                words.readUnsignedLong(),
                words.readUInt256(),
                words.readUnsignedLong(),
                words.readUInt256(),
                words.readBoolean());
    }
}
