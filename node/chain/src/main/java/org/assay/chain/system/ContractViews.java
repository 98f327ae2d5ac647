package org.assay.chain.system;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.consensus.emission.LedgerRow;
import org.assay.evm.BlockContext;
import org.assay.evm.CallSimulation;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Invariant;
import org.assay.primitives.UInt256;
import org.assay.primitives.state.StateView;

/// The system contracts' views, executed on one state in the context of the block that made it.
public final class ContractViews {
    /// A view may cost this much gas: 2,048 entries of an epoch at some 40,000 each.
    private static final long VIEW_GAS = 100_000_000;

    private static final int VALIDATORS_MAX = 1_024;

    /// What `Proofs.dueOf` answers: what the next prologue may say about a commit.
    public enum Due {
        NOTHING,
        VERDICT,
        WITHHELD,
        RULING
    }

    /// `Proofs.commitOf`.
    public record CommitRecord(
            Address provider,
            int kind,
            int faults,
            long height,
            Hash jobId,
            Hash templateId,
            Hash inputRoot,
            Hash outputRoot,
            Hash traceRoot,
            long rows,
            long seqs,
            long workUnits,
            long expiry) {}

    /// `Proofs.openOf`; height 0 where there is none.
    public record OpenRecord(
            long height,
            long auditHeight,
            int cellCount,
            int faults,
            long sidecarBytes,
            Hash sidecarRoot) {}

    private final StateView state;
    private final BlockContext context;

    public ContractViews(StateView state, BlockContext context) {
        this.state = state;
        this.context = context;
    }

    /// The row that the last prologue stored; the genesis row before the first.
    public LedgerRow ledger() {
        return PrologueCall.readRow(AbiReader.of(view(Predeploys.PROLOGUE, Abi.call("ledger()"))));
    }

    /// The beacon after block `height`, which the ring must still hold.
    public Hash mix(long height) {
        return word(Predeploys.PROLOGUE, Abi.call("mix(uint256)", Abi.of(height))).toHash();
    }

    /// `getValidators()` of any contract with Besu's interface.
    public List<Address> validators(Address contract) {
        AbiReader list = AbiReader.of(view(contract, Abi.call("getValidators()"))).follow();
        int count = list.readCount(VALIDATORS_MAX);
        List<Address> validators = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            validators.add(list.readAddress());
        }
        return List.copyOf(validators);
    }

    /// The validator's acting BLS key, 48 bytes, or empty.
    public Bytes blsKeyOf(Address validator) {
        Bytes output = view(Predeploys.STAKING, Abi.call("blsKeyOf(address)", Abi.of(validator)));
        return AbiReader.of(output).follow().readText(128);
    }

    /// What `Rewards` says verified work of `epoch` earns, in wei: whole gwei.
    public UInt256 mintFor(long epoch) {
        return word(Predeploys.REWARDS, Abi.call("mintFor(uint64)", Abi.of(epoch)));
    }

    public Due dueOf(Hash commitId) {
        UInt256 word = word(Predeploys.PROOFS, Abi.call("dueOf(bytes32)", Abi.of(commitId)));
        return Due.values()[(int) word.toLongExact()];
    }

    /// The block whose beacon fixes the projection: E of PROOFS section 3.
    public long verifyEpochBlock(Hash commitId) {
        return word(Predeploys.PROOFS, Abi.call("verifyEpochBlock(bytes32)", Abi.of(commitId)))
                .toLongExact();
    }

    /// h1, from which the four audit draws count.
    public long auditHeight(Hash commitId) {
        return word(Predeploys.PROOFS, Abi.call("auditHeight(bytes32)", Abi.of(commitId)))
                .toLongExact();
    }

    public CommitRecord commitOf(Hash commitId) {
        AbiReader words =
                AbiReader.of(
                        view(Predeploys.PROOFS, Abi.call("commitOf(bytes32)", Abi.of(commitId))));
        return new CommitRecord(
                words.readAddress(),
                words.readInt(256),
                words.readInt(65_536),
                words.readUnsignedLong(),
                words.readHash(),
                words.readHash(),
                words.readHash(),
                words.readHash(),
                words.readHash(),
                words.readUnsignedLong(),
                words.readUnsignedLong(),
                words.readUnsignedLong(),
                words.readUnsignedLong());
    }

    public OpenRecord openOf(Hash commitId) {
        AbiReader words =
                AbiReader.of(
                        view(Predeploys.PROOFS, Abi.call("openOf(bytes32)", Abi.of(commitId))));
        return new OpenRecord(
                words.readUnsignedLong(),
                words.readUnsignedLong(),
                words.readInt(65_536),
                words.readInt(65_536),
                words.readUnsignedLong(),
                words.readHash());
    }

    /// `Prologue.verdictOf`; height 0 where there is none.
    public record VerdictRecord(boolean pass, int reason, long workUnits, long height) {}

    /// `Proofs.challengeOf`; stage 0 where there is none. `index` is the node's position in its
    /// level.
    public record Challenge(
            Address challenger,
            Stage stage,
            int depth,
            int levelsLeft,
            long deadline,
            long openedHeight,
            long index,
            long rulingIndex,
            UInt256 bondWei,
            Hash node) {}

    /// Whose turn it is in a challenge.
    public enum Stage {
        NONE,
        PROVIDER,
        CHALLENGER,
        RULING
    }

    public VerdictRecord verdictOf(Hash commitId) {
        AbiReader words =
                AbiReader.of(
                        view(
                                Predeploys.PROLOGUE,
                                Abi.call("verdictOf(bytes32)", Abi.of(commitId))));
        return new VerdictRecord(
                words.readBoolean(),
                words.readInt(256),
                words.readUnsignedLong(),
                words.readUnsignedLong());
    }

    /// The block whose prologue carried the commit's certificate, 0 while there is none.
    public long certificateHeight(Hash commitId) {
        AbiReader words =
                AbiReader.of(
                        view(
                                Predeploys.PROLOGUE,
                                Abi.call("certificateOf(bytes32)", Abi.of(commitId))));
        words.readHash();
        return words.readUnsignedLong();
    }

    /// The last block in which what the commit waits for can come; 0 while that is not known.
    public long deadlineOf(Hash commitId) {
        return word(Predeploys.PROOFS, Abi.call("deadlineOf(bytes32)", Abi.of(commitId)))
                .toLongExact();
    }

    public Challenge challengeOf(Hash commitId) {
        return challenge(
                view(Predeploys.PROOFS, Abi.call("challengeOf(bytes32)", Abi.of(commitId))));
    }

    /// The answer of `challengeOf(bytes32)`.
    public static Challenge challenge(Bytes output) {
        AbiReader words = AbiReader.of(output);
        return new Challenge(
                words.readAddress(),
                Stage.values()[words.readInt(Stage.values().length)],
                words.readInt(256),
                words.readInt(256),
                words.readUnsignedLong(),
                words.readUnsignedLong(),
                words.readUnsignedLong(),
                words.readUnsignedLong(),
                words.readUInt256(),
                words.readHash());
    }

    public long commitCount() {
        return word(Predeploys.PROOFS, Abi.call("commitCount()")).toLongExact();
    }

    /// Commits in the order of their inclusion.
    public Hash commitAt(long index) {
        return word(Predeploys.PROOFS, Abi.call("commitAt(uint256)", Abi.of(index))).toHash();
    }

    private UInt256 word(Address contract, Bytes input) {
        return AbiReader.of(view(contract, input)).readUInt256();
    }

    /// The output of a view that may revert; empty when it does.
    public Optional<Bytes> find(Address contract, Bytes input) {
        CallSimulation.Result result =
                CallSimulation.run(
                        state,
                        context,
                        CallSimulation.Message.call(Address.ZERO, contract, input, VIEW_GAS));
        return result.success() && !result.output().isEmpty()
                ? Optional.of(result.output())
                : Optional.empty();
    }

    /// The output of a view that cannot fail; a failure is a broken genesis.
    public Bytes view(Address contract, Bytes input) {
        CallSimulation.Result result =
                CallSimulation.run(
                        state,
                        context,
                        CallSimulation.Message.call(Address.ZERO, contract, input, VIEW_GAS));
        Invariant.check(
                result.success() && !result.output().isEmpty(),
                "a view of system contract " + contract + " failed: " + result.halt());
        return result.output();
    }
}
