package org.assay.chain;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assay.chain.system.ContractViews;
import org.assay.chain.system.Predeploys;
import org.assay.chain.system.PrologueCall;
import org.assay.consensus.Validators;
import org.assay.consensus.emission.EmissionStep;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.Bls;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.Signature;

/// The rules of transaction 0 and of the withdrawals (PROTOCOL section 4): what a proposer writes
/// and every voter checks. Pure functions of the parent and the block.
public final class PrologueRules {
    /// Reason code of a proof that nobody could see in time (`contracts/src/Reason.sol`).
    public static final int WITHHELD = 1;

    /// Reason code of a ruling on a challenge.
    public static final int CHALLENGED = 12;

    private final Contexts contexts;
    private final AssayConfig config;
    private final Emissions emissions;
    private final OwedVerdicts owed;

    public PrologueRules(Contexts contexts, AssayConfig config, Emissions emissions) {
        this.contexts = contexts;
        this.config = config;
        this.emissions = emissions;
        this.owed = new OwedVerdicts(contexts, config.verdictGraceBlocks());
    }

    /// A broken rule.
    public record Broken(BlockError reason, String detail) {}

    /// What a proposer signs to reveal its part of the beacon at `height`: chain id and height,
    /// 32 bytes each.
    public static byte[] revealMessage(UInt256 chainId, long height) {
        byte[] message = new byte[64];
        chainId.writeTo(message, 0);
        UInt256.of(height).writeTo(message, 32);
        return message;
    }

    /// What a validator signs to attest that it holds a sidecar.
    public static Hash attestationDigest(UInt256 chainId, Hash commitId, Hash sidecarRoot) {
        return org.assay.primitives.crypto.Keccak.hash256(
                attestationBytes(chainId, commitId, sidecarRoot));
    }

    /// The preimage of [#attestationDigest].
    public static Bytes attestationBytes(UInt256 chainId, Hash commitId, Hash sidecarRoot) {
        byte[] tag = "ASSAY-HOLD".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return Bytes.wrap(tag)
                .concat(Bytes.wrap(chainId.toArray()))
                .concat(commitId.toBytes())
                .concat(sidecarRoot.toBytes());
    }

    /// The ledger row and the withdrawals of a child of `parent` whose prologue carries
    /// `verdicts`. The proposer's part goes to the burn address where the proposer leaves out a
    /// verdict that has been due for too long, unless its prologue is full.
    public EmissionStep emission(
            ChainHead parent,
            long timestamp,
            Address coinbase,
            List<PrologueCall.Verdict> verdicts) {
        boolean omits = false;
        if (verdicts.size() < PrologueCall.VERDICTS_MAX) {
            Set<Hash> told = new HashSet<>();
            verdicts.forEach(verdict -> told.add(verdict.commitId()));
            omits = !told.containsAll(owed.after(parent));
        }
        return emissions.next(parent, timestamp, omits ? Blockchain.BURN_ADDRESS : coinbase);
    }

    /// Whether `coinbase` can pay for a prologue after `parent`. The fee comes back with the next
    /// block, so only one who gives its coins away cannot.
    public boolean canPay(ChainHead parent, Address coinbase) {
        UInt256 most = config.baseFeePerGasWei().multiply(UInt256.of(config.prologueGasMax()));
        var account = parent.state().account(coinbase);
        return account != null && account.balance().compareTo(most) >= 0;
    }

    /// The unsigned prologue of a child of `parent`.
    public TransactionBody write(ChainHead parent, Address coinbase, PrologueCall call) {
        var account = parent.state().account(coinbase);
        return TransactionBody.dynamicFee(
                contexts.spec().chainId(),
                account == null ? 0 : account.nonce(),
                UInt256.ZERO,
                config.baseFeePerGasWei(),
                config.prologueGasMax(),
                Predeploys.PROLOGUE,
                UInt256.ZERO,
                call.encode());
    }

    /// Checks what follows from the chain alone: shape, ledger row, withdrawals. For every block.
    public Optional<Broken> checkCommitted(Block block, ChainHead parent) {
        return read(block) instanceof Read.Call(PrologueCall call)
                ? checkEmission(block, parent, call)
                : Optional.of(brokenShape(block));
    }

    /// Checks everything a voter must: also the reveal, the certificates and each verdict.
    public Optional<Broken> checkProposal(Block block, ChainHead parent, VerdictSource mine) {
        if (!(read(block) instanceof Read.Call(PrologueCall call))) {
            return Optional.of(brokenShape(block));
        }
        ContractViews views = contexts.viewsAfter(parent.header(), parent.state());
        Bytes key = views.blsKeyOf(block.header().coinbase());
        byte[] message = revealMessage(contexts.spec().chainId(), block.header().number());
        if (!Bls.verify(key, message, call.reveal())) {
            return broken(BlockError.WRONG_BEACON_REVEAL, "not by the coinbase's key");
        }
        Validators validators = Validators.of(parent.nextValidators());
        for (PrologueCall.Certificate certificate : call.certificates()) {
            if (!isCertified(certificate, validators)) {
                return broken(BlockError.WRONG_CERTIFICATE, "of commit " + certificate.commitId());
            }
        }
        Set<Hash> told = new HashSet<>();
        for (PrologueCall.Verdict verdict : call.verdicts()) {
            Optional<Broken> wrong =
                    told.add(verdict.commitId())
                            ? checkVerdict(verdict, views, mine)
                            : broken(
                                    BlockError.WRONG_VERDICT,
                                    "two of commit " + verdict.commitId());
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return checkEmission(block, parent, call);
    }

    private Optional<Broken> checkVerdict(
            PrologueCall.Verdict verdict, ContractViews views, VerdictSource mine) {
        Hash commitId = verdict.commitId();
        return switch (views.dueOf(commitId)) {
            case NOTHING -> broken(BlockError.WRONG_VERDICT, "none is due of commit " + commitId);
            case RULING -> checkRuling(verdict, mine);
            case WITHHELD ->
                    verdict.pass() || verdict.reason() != WITHHELD || verdict.workUnits() != 0
                            ? broken(
                                    BlockError.WRONG_VERDICT,
                                    "commit " + commitId + " was withheld")
                            : Optional.empty();
            case VERDICT -> {
                Optional<PrologueCall.Verdict> own = mine.own(commitId);
                if (own.isEmpty()) {
                    yield broken(BlockError.CANNOT_CHECK, "the proof of commit " + commitId);
                }
                yield own.get().equals(verdict)
                        ? Optional.empty()
                        : broken(
                                BlockError.WRONG_VERDICT,
                                "the proposer says " + verdict + ", here " + own.get());
            }
        };
    }

    private static Optional<Broken> checkRuling(PrologueCall.Verdict verdict, VerdictSource mine) {
        Hash commitId = verdict.commitId();
        if (verdict.reason() != CHALLENGED || verdict.workUnits() != 0) {
            return broken(BlockError.WRONG_VERDICT, "a ruling is due of commit " + commitId);
        }
        Optional<Boolean> own = mine.ruling(commitId);
        if (own.isEmpty()) {
            return broken(BlockError.CANNOT_CHECK, "the challenge of commit " + commitId);
        }
        return own.get() == verdict.pass()
                ? Optional.empty()
                : broken(
                        BlockError.WRONG_VERDICT,
                        "the proposer rules " + verdict.pass() + ", here " + own.get());
    }

    /// Whether a quorum of distinct validators, ascending, signed for the sidecar.
    public boolean isCertified(PrologueCall.Certificate certificate, Validators validators) {
        Bytes signatures = certificate.signatures();
        int count = signatures.size() / Signature.SIZE;
        if (count * Signature.SIZE != signatures.size() || count > validators.count()) {
            return false;
        }
        Hash digest =
                attestationDigest(
                        contexts.spec().chainId(),
                        certificate.commitId(),
                        certificate.sidecarRoot());
        Set<Address> signers = new HashSet<>();
        Address last = null;
        for (int i = 0; i < count; i++) {
            Optional<Address> signer = signerOf(digest, signatures.slice(i * 65, (i + 1) * 65));
            if (signer.isEmpty()
                    || !validators.contains(signer.get())
                    || (last != null && last.compareTo(signer.get()) >= 0)) {
                return false;
            }
            last = signer.get();
            signers.add(last);
        }
        return signers.size() >= validators.quorum();
    }

    private static Optional<Address> signerOf(Hash digest, Bytes signature) {
        try {
            Signature parsed = Signature.ofArray(signature.unsafeArray());
            return parsed.isLowS() ? Secp256k1.recoverAddress(digest, parsed) : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private Optional<Broken> checkEmission(Block block, ChainHead parent, PrologueCall call) {
        EmissionStep step =
                emission(
                        parent,
                        block.header().timestamp(),
                        block.header().coinbase(),
                        call.verdicts());
        if (!call.row().equals(step.row())) {
            return broken(
                    BlockError.WRONG_LEDGER_ROW,
                    "the proposer says " + call.row() + ", here " + step.row());
        }
        if (!List.copyOf(java.util.Objects.requireNonNullElse(block.withdrawals(), List.of()))
                .equals(step.withdrawals())) {
            return broken(
                    BlockError.WRONG_WITHDRAWALS,
                    "the proposer pays " + block.withdrawals() + ", here " + step.withdrawals());
        }
        return Optional.empty();
    }

    /// The call that transaction 0 makes, where its shape is right.
    public Optional<PrologueCall> callOf(Block block) {
        return read(block) instanceof Read.Call(PrologueCall call)
                ? Optional.of(call)
                : Optional.empty();
    }

    private sealed interface Read {
        record Call(PrologueCall call) implements Read {}

        record Malformed(Broken broken) implements Read {}
    }

    private Broken brokenShape(Block block) {
        return read(block) instanceof Read.Malformed(Broken broken)
                ? broken
                : new Broken(BlockError.PROLOGUE_MALFORMED, "");
    }

    private Read read(Block block) {
        if (block.transactions().isEmpty()) {
            return malformed(BlockError.PROLOGUE_MISSING, "the block is empty");
        }
        Transaction first = block.transactions().getFirst();
        Optional<Address> sender = first.recover().map(RecoveredTransaction::sender);
        if (!sender.equals(Optional.of(block.header().coinbase()))
                || !first.to().equals(Optional.of(Predeploys.PROLOGUE))) {
            return malformed(
                    BlockError.PROLOGUE_MISSING, "transaction 0 is not the coinbase's prologue");
        }
        if (first.type() != Transaction.DYNAMIC_FEE
                || !first.maxFeePerGas().equals(config.baseFeePerGasWei())
                || !first.maxPriorityFeePerGas().isZero()
                || !first.value().isZero()
                || !first.accessList().isEmpty()
                || first.gasLimit() != config.prologueGasMax()) {
            return malformed(BlockError.PROLOGUE_MALFORMED, "its fields are not the rule's");
        }
        return PrologueCall.decode(first.data())
                .<Read>map(Read.Call::new)
                .orElseGet(() -> malformed(BlockError.PROLOGUE_MALFORMED, "its calldata"));
    }

    private static Read malformed(BlockError reason, String detail) {
        return new Read.Malformed(new Broken(reason, detail));
    }

    private static Optional<Broken> broken(BlockError reason, String detail) {
        return Optional.of(new Broken(reason, detail));
    }
}
