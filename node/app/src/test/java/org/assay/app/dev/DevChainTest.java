package org.assay.app.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.assay.chain.BlockExecutor;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainHead;
import org.assay.chain.ChainSpec;
import org.assay.chain.Emissions;
import org.assay.chain.HeaderRules;
import org.assay.chain.PrologueRules;
import org.assay.chain.ProposalRules;
import org.assay.chain.pool.PoolAnswer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.storage.MemoryStore;
import org.assay.storage.WriteBatch;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;
import org.junit.jupiter.api.Test;

final class DevChainTest {
    private static final long START = 1_800_000_000L;
    private static final ChainSpec SPEC = ChainSpec.parse(DevGenesis.standard(START).write());
    private static final DevAccounts ACCOUNTS = new DevAccounts();
    private static final Address FIRST = ACCOUNTS.addresses().getFirst();
    private static final Address STRANGER =
            Address.fromHex("0x000000000000000000000000000000000000bee1");
    private static final UInt256 COIN = UInt256.of(1_000_000_000_000_000_000L);

    private final MemoryStore store = new MemoryStore();
    private final InstantSource time = InstantSource.fixed(Instant.ofEpochSecond(START + 100));
    private final DevChain dev = DevServer.open(store, SPEC, time);

    private static SecretKey key(Address address) {
        return ACCOUNTS.keyOf(address).orElseThrow();
    }

    private void pay(Address to, UInt256 wei) {
        long nonce = dev.pool().nextNonce(FIRST, dev.chain().head().state());
        Transaction transaction = Transaction.sign(transfer(nonce, to, wei), key(FIRST));
        PoolAnswer answer = dev.submit(transaction.recover().orElseThrow());
        assertInstanceOf(PoolAnswer.Accepted.class, answer, answer.toString());
    }

    private static TransactionBody transfer(long nonce, Address to, UInt256 wei) {
        return TransactionBody.dynamicFee(
                SPEC.chainId(),
                nonce,
                UInt256.ZERO,
                UInt256.of(2_000_000_000L),
                21_000,
                to,
                wei,
                Bytes.EMPTY);
    }

    private UInt256 balance(Address address) {
        Account account = dev.chain().head().state().account(address);
        return account == null ? UInt256.ZERO : account.balance();
    }

    @Test
    void knowsTheAccountsOfTheOtherTools() {
        assertEquals(
                "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
                ACCOUNTS.addresses().getFirst().toChecksum());
        assertEquals(
                "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720",
                ACCOUNTS.addresses().getLast().toChecksum());
    }

    @Test
    void minesWhatWaitsInOneBlock() {
        pay(STRANGER, UInt256.of(1));
        pay(STRANGER, UInt256.of(2));
        Block block = dev.mine();
        assertEquals(3, block.transactions().size(), "the prologue and both");
        assertEquals(UInt256.of(3), balance(STRANGER));
        assertEquals(START + 100, block.header().timestamp());
        assertEquals(0, dev.pool().count());
    }

    @Test
    void aChainWithoutCheatsPassesEveryRuleOfANetwork() {
        pay(STRANGER, COIN);
        dev.mine();
        dev.mine();
        assertFalse(DevJournal.isCheated(store));
        assertEquals(dev.chain().head().hash(), replay(false).head().hash());
    }

    @Test
    void aCheatedChainReplaysWithItsJournalOnly() {
        dev.state().setBalance(STRANGER, COIN);
        dev.state().setCode(STRANGER, Bytes.fromHex("0x5f5f555f5ff3"));
        dev.state().setStorage(STRANGER, UInt256.of(7), UInt256.of(9));
        TransactionBody body = transfer(0, FIRST, UInt256.of(5));
        assertInstanceOf(
                PoolAnswer.Accepted.class,
                dev.submit(Transaction.impersonating(body, STRANGER).recover().orElseThrow()));
        dev.mine();
        dev.mine();
        assertTrue(DevJournal.isCheated(store));
        assertEquals(dev.chain().head().hash(), replay(true).head().hash());
        org.junit.jupiter.api.Assertions.assertThrows(AssertionError.class, () -> replay(false));
    }

    /// The blocks run anew on another chain, by the rules that every voter checks.
    private Blockchain replay(boolean withJournal) {
        MemoryStore fresh = new MemoryStore();
        Blockchain copy =
                new Blockchain(fresh, WorldState.open(fresh, StateOptions.bounded()), SPEC);
        PrologueRules prologues =
                new PrologueRules(
                        copy.contexts(),
                        SPEC.assay().orElseThrow(),
                        Emissions.of(copy.contexts()).orElseThrow());
        ProposalRules rules =
                new ProposalRules(
                        copy,
                        new HeaderRules(copy.contexts()),
                        Optional.of(prologues),
                        new BlockExecutor(copy.contexts()));
        for (long n = 1; n <= dev.chain().head().number(); n++) {
            Block block = Block.decode(dev.chain().encodedBlockAt(n).orElseThrow());
            StateDiff amendment =
                    dev.entryOf(n).map(DevJournal.Entry::diff).orElse(StateDiff.EMPTY);
            BlockExecutor.Execution execution;
            if (withJournal) {
                copy.amend(amendment);
                block.transactions().forEach(Transaction::trustImpersonation);
                execution =
                        new BlockExecutor(copy.contexts())
                                .execute(
                                        block,
                                        copy.hashing().hashOf(block.header()),
                                        copy.head().state(),
                                        copy::prepareChild);
            } else {
                execution = rules.checkCommitted(block, copy.head());
            }
            assertInstanceOf(
                    BlockExecutor.Execution.Executed.class, execution, execution.toString());
            copy.append(
                    block,
                    ((BlockExecutor.Execution.Executed) execution).block(),
                    new WriteBatch());
        }
        return copy;
    }

    @Test
    void aSnapshotBringsBackStateTimeAndWhatWaited() {
        dev.state().setBalance(STRANGER, COIN);
        pay(STRANGER, COIN);
        long snapshot = dev.snapshot();
        dev.increaseTime(1_000);
        dev.mine();
        dev.state().setBalance(STRANGER, UInt256.ZERO);
        dev.mine();
        assertTrue(dev.revert(snapshot));
        assertEquals(0, dev.chain().head().number());
        assertEquals(COIN, balance(STRANGER));
        assertEquals(1, dev.pool().count());
        assertEquals(0, dev.clock().offsetSeconds());
        assertFalse(dev.revert(snapshot), "a snapshot is used up");
        dev.mine();
        assertEquals(COIN.add(COIN), balance(STRANGER));
        assertTrue(dev.state().supply().agrees(), dev.state().supply().toString());
    }

    @Test
    void aRestartFindsBlocksCheatsAndTime() {
        dev.state().setBalance(STRANGER, COIN);
        dev.mine();
        dev.state().setNonce(STRANGER, 5);
        dev.increaseTime(50);
        DevChain again = DevServer.open(store, SPEC, time);
        assertEquals(1, again.chain().head().number());
        Account account = again.chain().head().state().account(STRANGER);
        assertTrue(new Account(5, COIN, Account.EMPTY.codeHash()).equals(account));
        assertEquals(START + 150, again.mine().header().timestamp());
        assertTrue(again.state().supply().agrees(), again.state().supply().toString());
    }

    @Test
    void theAuditKnowsMadeUpCoins() {
        dev.state().setBalance(STRANGER, COIN);
        dev.state().setBalance(FIRST, UInt256.ONE);
        DevState.Supply supply = dev.state().supply();
        assertTrue(supply.agrees(), supply.toString());
        dev.mine();
        assertTrue(dev.state().supply().agrees(), dev.state().supply().toString());
        assertEquals(supply.cheatedWei(), dev.cheatedWei(1));
        assertEquals(java.math.BigInteger.ZERO, dev.cheatedWei(0));
    }

    @Test
    void headerCheatsHoldForTheNextBlock() {
        dev.setNextBaseFee(UInt256.of(3));
        dev.setGasLimit(1_000_000_000L);
        dev.setCoinbase(STRANGER);
        Block block = dev.mine();
        assertTrue(UInt256.of(3).equals(block.header().baseFeePerGas()));
        assertEquals(1_000_000_000L, block.header().gasLimit());
        assertEquals(STRANGER, block.header().coinbase());
        Block next = dev.mine();
        assertTrue(UInt256.of(1_000_000_000L).equals(next.header().baseFeePerGas()));
        assertEquals(1_000_000_000L, next.header().gasLimit());
        assertTrue(dev.state().supply().agrees(), dev.state().supply().toString());
        assertTrue(DevJournal.isCheated(store));
    }

    @Test
    void timeGoesWhereItIsSent() {
        assertTrue(dev.setNextTimestamp(START).isPresent(), "not before the parent's");
        assertEquals(List.of(), dev.setNextTimestamp(START + 9_000).stream().toList());
        assertEquals(START + 9_000, dev.mine().header().timestamp());
        assertEquals(START + 9_001, dev.mine().header().timestamp());
        dev.setBlockInterval(java.util.OptionalLong.of(12));
        assertEquals(START + 9_013, dev.mine().header().timestamp());
    }

    @Test
    void goesBackToGenesis() {
        pay(STRANGER, COIN);
        ChainHead genesis = dev.chain().head();
        dev.mine();
        dev.reset();
        assertEquals(genesis.hash(), dev.chain().head().hash());
        assertEquals(UInt256.ZERO, balance(STRANGER));
        dev.mine();
        assertTrue(dev.state().supply().agrees());
    }

    @Test
    void aRehearsalHalvesAndAudits() {
        ChainSpec spec =
                ChainSpec.parse(
                        new DevGenesis(
                                        1337,
                                        START,
                                        60_000_000,
                                        org.assay.evm.Fork.OSAKA,
                                        Rehearsal.widened("\"assay\"", 2_592_000, 4),
                                        UInt256.of(1_000_000_000L),
                                        COIN,
                                        4)
                                .write());
        DevChain chain = DevServer.open(new MemoryStore(), spec, time);
        Rehearsal rehearsal = new Rehearsal(chain, 2_592_000);
        assertTrue(rehearsal.cross(1));
        assertTrue(rehearsal.isHalvedEachTime());
        assertTrue(chain.state().supply().agrees(), chain.state().supply().toString());
    }
}
