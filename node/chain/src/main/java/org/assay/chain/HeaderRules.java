package org.assay.chain;

import java.util.Objects;
import java.util.Optional;
import org.assay.consensus.message.ExtraData;
import org.assay.evm.Fork;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Header;

/// What a header must say, given its parent (QBFT-WIRE "Header rules", YP §4.4.4). The seals are
/// consensus' business.
public final class HeaderRules {
    /// Besu's mixHash: "ctical byzantine fault tolerance".
    public static final Hash QBFT_MIX_HASH =
            Hash.fromHex("0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365");

    static final long GAS_LIMIT_BOUND_DIVISOR = 1024;
    static final long GAS_LIMIT_MIN = 5_000;

    /// Of any chain but a QBFT one.
    private static final int EXTRA_DATA_BYTES_MAX = 32;

    private final Contexts contexts;

    public HeaderRules(Contexts contexts) {
        this.contexts = contexts;
    }

    /// The first rule that `header` breaks as a child of `parent`; empty when it breaks none.
    public Optional<BlockError> check(Header header, ChainHead parent) {
        Optional<BlockError> broken = checkBeside(header, parent.hash(), parent.header());
        if (broken.isPresent()) {
            return broken;
        }
        return contexts.spec().qbft().isPresent()
                ? checkConsensusFields(header, parent)
                : Optional.empty();
    }

    /// All but the rules of QBFT, which need the parent's state.
    Optional<BlockError> checkBeside(Header header, Hash parentHash, Header before) {
        ChainSpec spec = contexts.spec();
        Fork fork = contexts.forkOf(header);
        if (!header.parentHash().equals(parentHash)) {
            return Optional.of(BlockError.UNKNOWN_PARENT);
        }
        if (header.number() != before.number() + 1) {
            return Optional.of(BlockError.INVALID_BLOCK_NUMBER);
        }
        boolean beyondClocks = header.timestamp() < 0 && spec.qbft().isPresent();
        long earliest = before.timestamp() + periodSeconds(header.number(), header.timestamp());
        if (beyondClocks || Long.compareUnsigned(header.timestamp(), earliest) < 0) {
            return Optional.of(BlockError.INVALID_BLOCK_TIMESTAMP_OLDER_THAN_PARENT);
        }
        // EIP-1559 doubles the gas limit once, so that the target stays what it was.
        boolean first = header.baseFeePerGas() != null && before.baseFeePerGas() == null;
        long gasLimitBefore = first ? before.gasLimit() * BaseFee.ELASTICITY : before.gasLimit();
        long step = Math.abs(header.gasLimit() - gasLimitBefore);
        boolean tooFar = step > 0 && step >= gasLimitBefore / GAS_LIMIT_BOUND_DIVISOR;
        if (tooFar || header.gasLimit() < GAS_LIMIT_MIN) {
            return Optional.of(BlockError.INVALID_GASLIMIT);
        }
        if (header.gasUsed() > header.gasLimit()) {
            return Optional.of(BlockError.GAS_USED_OVERFLOW);
        }
        if (!Objects.equals(header.baseFeePerGas(), BaseFee.ofChild(spec, before, fork))) {
            return Optional.of(BlockError.INVALID_BASEFEE_PER_GAS);
        }
        Optional<BlockError> fields = checkForkFields(header, before, fork);
        return fields.isEmpty() && spec.qbft().isEmpty() ? checkWork(header, before, fork) : fields;
    }

    /// YP §4.4.4 and EIP-3675, but for the proof itself.
    private Optional<BlockError> checkWork(Header header, Header parent, Fork fork) {
        if (header.extraData().size() > EXTRA_DATA_BYTES_MAX) {
            return Optional.of(BlockError.INVALID_EXTRA_DATA);
        }
        if (Contexts.isMerged(header)) {
            if (header.nonce() != 0) {
                return Optional.of(BlockError.INVALID_NONCE);
            }
            return header.ommersHash().equals(Header.NO_OMMERS)
                    ? Optional.empty()
                    : Optional.of(BlockError.INVALID_OMMERS);
        }
        UInt256 difficulty =
                Difficulty.ofChild(contexts.spec().forks(), parent, header.timestamp(), fork);
        return header.difficulty().equals(difficulty)
                ? Optional.empty()
                : Optional.of(BlockError.INVALID_DIFFICULTY);
    }

    /// The least timestamp of a child, in seconds.
    public long earliestTimestamp(Header parent) {
        return parent.timestamp()
                + contexts.spec()
                        .qbft()
                        .map(qbft -> qbft.periodMillisAfter(parent) / 1000)
                        .orElse(1L);
    }

    /// Below a second, which only a network of one's own has, timestamps may stand still.
    private long periodSeconds(long number, long timestamp) {
        return contexts.spec()
                .qbft()
                .map(qbft -> qbft.at(number, timestamp).blockPeriodMillis() / 1000)
                .orElse(1L);
    }

    private Optional<BlockError> checkForkFields(Header header, Header parent, Fork fork) {
        boolean cancun = fork.isAtLeast(Fork.CANCUN);
        if ((header.withdrawalsRoot() != null) != fork.isAtLeast(Fork.SHANGHAI)
                || (header.blobGasUsed() != null) != cancun
                || (header.excessBlobGas() != null) != cancun
                || (header.parentBeaconBlockRoot() != null) != cancun
                || (header.requestsHash() != null) != fork.isAtLeast(Fork.PRAGUE)) {
            return Optional.of(BlockError.MISSING_OR_EXTRA_HEADER_FIELD);
        }
        Long excess = contexts.childExcessBlobGas(parent, fork, header.timestamp());
        if (!Objects.equals(header.excessBlobGas(), excess)) {
            return Optional.of(BlockError.INCORRECT_EXCESS_BLOB_GAS);
        }
        return Optional.empty();
    }

    private Optional<BlockError> checkConsensusFields(Header header, ChainHead parent) {
        ChainSpec spec = contexts.spec();
        UInt256 difficulty = spec.assay().isPresent() ? UInt256.ZERO : UInt256.ONE;
        if (!header.difficulty().equals(difficulty)) {
            return Optional.of(BlockError.INVALID_DIFFICULTY);
        }
        if (!header.mixHash().equals(QBFT_MIX_HASH)) {
            return Optional.of(BlockError.INVALID_MIX_HASH);
        }
        if (header.nonce() != 0) {
            return Optional.of(BlockError.INVALID_NONCE);
        }
        Hash beaconRoot = header.parentBeaconBlockRoot();
        if (beaconRoot != null && !beaconRoot.isZero()) {
            return Optional.of(BlockError.INVALID_PARENT_BEACON_BLOCK_ROOT);
        }
        Optional<ExtraData> extraData = ExtraData.parse(header.extraData());
        boolean byContract = spec.qbft().orElseThrow().of(header).validatorContract().isPresent();
        if (extraData.isEmpty()
                || (byContract
                        ? !extraData.get().validators().isEmpty()
                                || extraData.get().vote().isPresent()
                        : !extraData.get().validators().equals(parent.nextValidators()))) {
            return Optional.of(BlockError.INVALID_EXTRA_DATA);
        }
        if (!parent.nextValidators().contains(header.coinbase())) {
            return Optional.of(BlockError.INVALID_COINBASE);
        }
        return Optional.empty();
    }
}
