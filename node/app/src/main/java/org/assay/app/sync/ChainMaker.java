package org.assay.app.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assay.app.devnet.PlainGenesis;
import org.assay.chain.BlockBuilder;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainHead;
import org.assay.chain.ChainSpec;
import org.assay.chain.ExecutedBlock;
import org.assay.chain.QbftSchedule;
import org.assay.chain.pool.PoolLimits;
import org.assay.chain.pool.TransactionPool;
import org.assay.consensus.Validators;
import org.assay.consensus.message.ExtraData;
import org.assay.consensus.message.QbftHeader;
import org.assay.consensus.message.Vote;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Signature;
import org.assay.storage.KeyValueStore;
import org.assay.storage.WriteBatch;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;

/// Makes a QBFT chain as fast as blocks can be built: no clock, no network, but blocks that carry
/// the seals of a quorum. Of one thread.
public final class ChainMaker {
    /// Keeps the validators of the chain: slot 0 their number, slot 1, 2, … the addresses. A call
    /// with 64 bytes writes the second word into the slot that the first one names; any other
    /// answers `getValidators()`. Anyone may write: it is for tests and measurements only.
    public static final Address VALIDATORS = Address.ofNumber(0x7777);

    private static final String VALIDATORS_CODE =
            "0x3660401460365760205f525f54806020525f5b81811015602d5780600101548160051b604001526001016012565b60051b6040015ff35b6020355f355500";

    private static final long GAS_LIMIT = 100_000_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Blockchain chain;
    private final List<SecretKey> keys;
    private final BlockBuilder builder;
    private final TransactionPool pool;

    /// A chain in `store` that `keys` can seal, whoever of them are validators.
    public ChainMaker(KeyValueStore store, ChainSpec spec, List<SecretKey> keys) {
        WorldState world = WorldState.open(store, StateOptions.bounded());
        this.chain = new Blockchain(store, world, spec);
        this.keys = List.copyOf(keys);
        this.builder = new BlockBuilder(chain);
        this.pool =
                new TransactionPool(
                        spec.chainId(),
                        PoolLimits.STANDARD,
                        () -> chain.contexts().forkOf(chain.head().header()));
    }

    public Blockchain chain() {
        return chain;
    }

    /// The genesis file of a chain whose validators are in the contract [#VALIDATORS].
    public static String contractGenesis(
            long chainId, List<Address> validators, Map<Address, UInt256> balances) {
        try {
            long second = 1_700_000_000;
            ObjectNode file =
                    (ObjectNode)
                            JSON.readTree(
                                    PlainGenesis.write(
                                            chainId, second, GAS_LIMIT, 1_000, List.of(),
                                            balances));
            ((ObjectNode) file.path("config").path("qbft"))
                    .put("validatorcontractaddress", VALIDATORS.toString());
            ObjectNode contract =
                    ((ObjectNode) file.path("alloc")).putObject(VALIDATORS.toString());
            contract.put("balance", "0x0").put("code", VALIDATORS_CODE);
            ObjectNode storage = contract.putObject("storage");
            storage.put("0x0", "0x" + Long.toHexString(validators.size()));
            for (int i = 0; i < validators.size(); i++) {
                storage.put("0x" + Long.toHexString(i + 1), validators.get(i).toString());
            }
            return JSON.writeValueAsString(file);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next block, with as many of `transactions` as fit: sealed, and the head from now on.
    public Block next(List<Transaction> transactions) {
        return next(transactions, Optional.empty());
    }

    /// As [#next(List)], with the proposer's vote, which only headers that name the validators
    /// carry.
    public Block next(List<Transaction> transactions, Optional<Vote> vote) {
        ChainHead parent = chain.head();
        for (Transaction transaction : transactions) {
            RecoveredTransaction recovered = transaction.recover().orElseThrow();
            pool.add(
                    recovered,
                    parent.state(),
                    java.util.Objects.requireNonNullElse(
                            parent.header().baseFeePerGas(), UInt256.ZERO),
                    parent.header().gasLimit());
        }
        QbftSchedule schedule = chain.spec().qbft().orElseThrow();
        long timestamp =
                parent.header().timestamp() + schedule.periodMillisAfter(parent.header()) / 1_000;
        boolean byContract =
                schedule.at(parent.number() + 1, timestamp).validatorContract().isPresent();
        List<Address> validators = parent.nextValidators();
        Bytes extraData =
                ExtraData.ofProposal(
                                ExtraData.VANITY_ZERO, byContract ? List.of() : validators, vote, 0)
                        .encode();
        long turn = (parent.number() + 1) % validators.size();
        ExecutedBlock built =
                builder.build(
                                parent,
                                new BlockBuilder.Plan(
                                        timestamp,
                                        validators.get((int) turn),
                                        extraData,
                                        Optional.empty(),
                                        List.of()),
                                pool)
                        .block();
        Block sealed = built.block().withHeader(sealed(built.block().header(), validators));
        chain.append(sealed, built, new WriteBatch());
        pool.onBlock(sealed.transactions(), chain.head().state());
        return sealed;
    }

    private Header sealed(Header header, List<Address> validators) {
        return sealed(header, keys, validators);
    }

    /// `header` with the seals of as many of `keys` as make a quorum of `validators`.
    public static Header sealed(Header header, List<SecretKey> keys, List<Address> validators) {
        QbftHeader read = QbftHeader.decode(Bytes.wrap(header.encode()));
        Hash digest = read.digest();
        List<Signature> seals =
                keys.stream()
                        .filter(key -> validators.contains(key.address()))
                        .sorted(Comparator.comparing(SecretKey::address))
                        .limit(Validators.of(validators).quorum())
                        .map(key -> Secp256k1.sign(digest, key))
                        .toList();
        return Header.decode(read.withExtraData(read.extraData().withSeals(seals)).encode());
    }
}
