package org.assay.app.simulate;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.assay.chain.BlockExecutor.Execution;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainSpec;
import org.assay.chain.ExecutedBlock;
import org.assay.chain.ProposalRules;
import org.assay.chain.SupplyAudit;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.state.StateDiff;
import org.assay.storage.MemoryStore;
import org.assay.storage.WriteBatch;
import org.assay.storage.state.StateRoot;
import org.assay.storage.state.WorldState;

/// At the end of a seed: executes the longest honest chain again from genesis on a new disk,
/// sharing nothing with the nodes, and compares every node with that.
final class ChainAudit {
    private final ChainSpec spec;

    ChainAudit(ChainSpec spec) {
        this.spec = spec;
    }

    /// The first difference; empty where there is none.
    Optional<String> findWrong(List<ChainLedger> honest) {
        ChainLedger longest =
                honest.stream()
                        .max(Comparator.comparingLong(ChainLedger::headNumber))
                        .orElseThrow();
        MemoryStore store = new MemoryStore();
        WorldState world = WorldState.open(store, ChainLedger.OPTIONS);
        Blockchain replay = new Blockchain(store, world, spec);
        ProposalRules rules = ChainLedger.proposalRules(replay);
        UInt256 burned = UInt256.ZERO;
        for (long n = 1; n <= longest.headNumber(); n++) {
            Block block = Block.decode(longest.chain().encodedBlockAt(n).orElseThrow());
            Execution execution = rules.checkCommitted(block, replay.head());
            if (!(execution instanceof Execution.Executed(ExecutedBlock executed))) {
                return Optional.of("re-execution refuses block " + n + ": " + execution);
            }
            replay.append(block, executed, new WriteBatch());
            burned = burned.addExact(burnedBy(block.header()));
        }
        for (ChainLedger node : honest) {
            Optional<String> wrong = compare(node, replay);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return spec.assay().isPresent() ? checkIssued(replay) : checkKept(replay, burned);
    }

    /// An Assay chain's supply is its schedule's.
    private static Optional<String> checkIssued(Blockchain replay) {
        SupplyAudit audit = SupplyAudit.of(replay, replay.head().number()).orElseThrow();
        return audit.agrees()
                ? Optional.empty()
                : Optional.of("the supply is not the schedule's: " + audit);
    }

    /// On another chain coins only burn.
    private Optional<String> checkKept(Blockchain replay, UInt256 burned) {
        UInt256[] supply = {burned};
        replay.world()
                .forEachAccount(
                        (address, account) -> supply[0] = supply[0].addExact(account.balance()));
        return supply[0].equals(spec.genesis().supplyWei())
                ? Optional.empty()
                : Optional.of("coins came or went: " + supply[0] + " wei");
    }

    /// What left the supply: the base fee (EIP-1559).
    private static UInt256 burnedBy(Header header) {
        UInt256 baseFee = header.baseFeePerGas();
        return baseFee == null ? UInt256.ZERO : baseFee.multiplyExact(header.gasUsed());
    }

    private static Optional<String> compare(ChainLedger node, Blockchain replay) {
        Blockchain chain = node.chain();
        long number = chain.head().number();
        Header replayed = replay.headerAt(number).orElseThrow();
        if (!replay.hashOf(number).equals(chain.head().hash())) {
            return Optional.of("a node's block " + number + " is not the replayed one");
        }
        boolean same =
                chain.world().headRoot().equals(replayed.stateRoot())
                        && rootFromValues(chain.world()).equals(replayed.stateRoot());
        return same
                ? Optional.empty()
                : Optional.of("a node's state at block " + number + " is not the replayed one");
    }

    /// The root of a state built anew from every value on a node's disk.
    private static Hash rootFromValues(WorldState world) {
        TreeMap<Address, TreeMap<UInt256, UInt256>> slots = new TreeMap<>();
        world.forEachSlot(
                (address, slot, value) ->
                        slots.computeIfAbsent(address, key -> new TreeMap<>()).put(slot, value));
        TreeMap<Address, StateDiff.Change> changes = new TreeMap<>();
        world.forEachAccount(
                (address, account) ->
                        changes.put(
                                address,
                                new StateDiff.Change(
                                        account,
                                        false,
                                        slots.getOrDefault(address, new TreeMap<>()))));
        return StateRoot.of(new StateDiff(changes, Collections.emptySortedMap()));
    }
}
