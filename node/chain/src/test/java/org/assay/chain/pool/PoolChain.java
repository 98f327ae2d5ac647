package org.assay.chain.pool;

import java.util.List;
import java.util.Optional;
import org.assay.chain.BlockBuilder;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainHead;
import org.assay.chain.ChainSpec;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.state.Account;
import org.assay.storage.MemoryStore;
import org.assay.storage.WriteBatch;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;
import org.jspecify.annotations.Nullable;

/// A real chain in memory with one pool, mined by hand, for the tests of the pool. Its blocks are
/// small: base fees move fast.
final class PoolChain {
    static final long BLOCK_GAS = 600_000;
    static final UInt256 CHAIN_ID = UInt256.of(4242);

    /// Reverts whatever it is called with.
    static final Address REVERTER = Address.fromHex("0x00000000000000000000000000000000000bad00");

    private static final String REVERTER_CODE = "0x5f5ffd";

    final Blockchain chain;
    final TransactionPool pool;
    private final BlockBuilder builder;
    private long time = 1;

    /// Each of `rich` has 1,000 coins.
    PoolChain(List<SecretKey> rich, PoolLimits limits) {
        StringBuilder alloc = new StringBuilder();
        for (SecretKey key : rich) {
            alloc.append("\"%s\":{\"balance\":\"0x3635c9adc5dea00000\"},".formatted(key.address()));
        }
        String genesis =
                """
                {"config":{"chainId":4242,"homesteadBlock":0,"eip150Block":0,"eip158Block":0,
                "byzantiumBlock":0,"constantinopleBlock":0,"petersburgBlock":0,"istanbulBlock":0,
                "berlinBlock":0,"londonBlock":0,"shanghaiTime":0,"cancunTime":0},
                "difficulty":"0x1","gasLimit":"%s","timestamp":"0x1","baseFeePerGas":"0x3b9aca00",
                "alloc":{%s"%s":{"balance":"0x0","code":"%s"}}}
                """
                        .formatted(
                                UInt256.of(BLOCK_GAS).toQuantity(), alloc, REVERTER, REVERTER_CODE);
        MemoryStore store = new MemoryStore();
        this.chain =
                new Blockchain(
                        store,
                        WorldState.open(store, StateOptions.bounded()),
                        ChainSpec.parse(genesis));
        this.pool =
                new TransactionPool(
                        CHAIN_ID, limits, () -> chain.contexts().forkOf(chain.head().header()));
        this.builder = new BlockBuilder(chain);
    }

    UInt256 baseFee() {
        UInt256 fee = chain.head().header().baseFeePerGas();
        return fee == null ? UInt256.ZERO : fee;
    }

    PoolAnswer add(Transaction transaction) {
        return pool.add(
                transaction.recover().orElseThrow(), chain.head().state(), baseFee(), BLOCK_GAS);
    }

    String explain(Transaction transaction) {
        return pool.explain(transaction.hash(), chain.head().state(), baseFee(), BLOCK_GAS);
    }

    /// As a node does: the next block of what waits; what cannot be in one is dropped.
    Block mine() {
        ChainHead parent = chain.head();
        time += 12;
        BlockBuilder.Built built =
                builder.build(
                        parent,
                        new BlockBuilder.Plan(
                                time, Address.ZERO, Bytes.EMPTY, Optional.empty(), List.of()),
                        pool);
        built.refused().forEach(pool::drop);
        Block block = built.block().block();
        chain.append(block, built.block(), new WriteBatch());
        pool.onBlock(block.transactions(), chain.head().state());
        return block;
    }

    long nonce(Address address) {
        Account account = chain.head().state().account(address);
        return account == null ? 0 : account.nonce();
    }

    UInt256 balance(Address address) {
        Account account = chain.head().state().account(address);
        return account == null ? UInt256.ZERO : account.balance();
    }

    /// Fees in wei a unit of gas.
    static Transaction sign(
            SecretKey key,
            long nonce,
            UInt256 tip,
            UInt256 feeMax,
            long gas,
            @Nullable Address to,
            UInt256 value,
            Bytes input) {
        return Transaction.sign(
                TransactionBody.dynamicFee(CHAIN_ID, nonce, tip, feeMax, gas, to, value, input),
                key);
    }

    /// A transfer of nothing, worth being mined for as long as the fee does not rise tenfold.
    Transaction plain(SecretKey key, long nonce) {
        return sign(
                key,
                nonce,
                UInt256.ONE,
                baseFee().multiply(UInt256.of(10)),
                21_000,
                Address.ofNumber(77),
                UInt256.ZERO,
                Bytes.EMPTY);
    }
}
