package org.assay.evm;

import java.util.List;
import java.util.Optional;
import org.assay.evm.TransactionOutcome.Executed;
import org.assay.evm.TransactionOutcome.Refused;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Log;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;

/// Applies one transaction (YP §6): checks it, buys gas, runs it, refunds and pays.
public final class Transition {
    private Transition() {}

    /// On a state of its own. `gasAvailableInBlock`: the block's gas limit less what is used.
    public static TransactionOutcome apply(
            StateView state,
            BlockContext block,
            RecoveredTransaction transaction,
            long gasAvailableInBlock,
            Tracer tracer) {
        JournaledState journal = new JournaledState(state);
        return switch (apply(journal, block, transaction, gasAvailableInBlock, tracer)) {
            case Executed e ->
                    new Executed(
                            journal.diff(),
                            e.gasUsed(),
                            e.gasSpent(),
                            e.halt(),
                            e.output(),
                            e.logs(),
                            e.created(),
                            e.effectiveGasPrice(),
                            e.blobGasUsed(),
                            e.burnedWei());
            case Refused refused -> refused;
        };
    }

    /// On a state that outlives the transaction: the changes stay in `state`, and `diff` of the
    /// outcome is empty. A refusal leaves `state` as it was.
    public static TransactionOutcome apply(
            JournaledState state,
            BlockContext block,
            RecoveredTransaction transaction,
            long gasAvailableInBlock,
            Tracer tracer) {
        TransactionBody body = transaction.transaction().body();
        Rules rules = Rules.forFork(block.fork());
        TransactionError error = Validity.check(body, block);
        if (error != null) {
            return new Refused(error);
        }
        if (body.gasLimit() < 0 || body.gasLimit() > gasAvailableInBlock) {
            return new Refused(TransactionError.GAS_ALLOWANCE_EXCEEDED);
        }
        Machine machine = state.machine();
        UInt256 price = transaction.transaction().effectiveGasPrice(block.baseFeePerGas());
        machine.prepare(block, transaction.sender(), price, body.blobVersionedHashes(), tracer);
        AccountState sender = state.account(transaction.sender());
        error =
                Validity.checkSender(
                        body,
                        sender,
                        state.code(sender),
                        rules,
                        transaction.transaction().isImpersonated());
        if (error != null) {
            return new Refused(error);
        }
        return execute(machine, body, sender, true);
    }

    /// Runs a transaction that was found valid and whose machine is prepared; `paysCoinbase` is
    /// false where a call without fees is tried.
    static Executed execute(
            Machine machine, TransactionBody body, AccountState sender, boolean paysCoinbase) {
        JournaledState state = machine.state;
        BlockContext block = machine.block;
        UInt256 price = machine.gasPrice;
        state.beginTransaction();
        long blobGas = body.blobVersionedHashes().size() * Rules.BLOB_GAS;
        buyGas(state, sender, body.gasLimit(), price, blobGas, block);
        IntrinsicGas intrinsic = IntrinsicGas.of(body, block.fork());
        Message message =
                new Message(
                        sender.address,
                        body.to(),
                        body.data(),
                        body.value(),
                        body.gasLimit() - intrinsic.gas(),
                        body.accessList(),
                        body.authorizations());
        Frame frame = message.run(machine);
        long spent = body.gasLimit() - frame.gas;
        long used = settle(state, machine, spent, intrinsic.floor());
        pay(state, machine, sender, body.gasLimit() - used, used, paysCoinbase);
        Executed outcome = outcome(frame, used, Math.max(spent, intrinsic.floor()), price, blobGas);
        return finish(state, machine.rules, outcome);
    }

    private static void buyGas(
            JournaledState state,
            AccountState sender,
            long gasLimit,
            UInt256 price,
            long blobGas,
            BlockContext block) {
        UInt256 cost = price.multiplyExact(gasLimit);
        if (blobGas > 0) {
            cost = cost.addExact(block.blobBaseFee().multiplyExact(blobGas));
        }
        state.setBalance(sender, sender.balance.subtractExact(cost));
    }

    /// What is charged of `spent` gas: less the refund (EIP-3529), not below the floor
    /// (EIP-7623).
    static long settle(JournaledState state, Machine machine, long spent, long floor) {
        long refund = Math.min(state.refund, spent / machine.rules.refundQuotient);
        return Math.max(spent - refund, floor);
    }

    private static void pay(
            JournaledState state,
            Machine machine,
            AccountState sender,
            long left,
            long used,
            boolean paysCoinbase) {
        UInt256 price = machine.gasPrice;
        state.setBalance(sender, sender.balance.addExact(price.multiply(UInt256.of(left))));
        if (!paysCoinbase) {
            return;
        }
        BlockContext block = machine.block;
        UInt256 tip = price.subtractExact(block.baseFeePerGas()).multiply(UInt256.of(used));
        AccountState coinbase = state.account(block.coinbase());
        if (!tip.isZero()) {
            state.setBalance(coinbase, coinbase.balance.addExact(tip));
        } else if (machine.rules.clearsEmpty) {
            state.touch(coinbase);
        } else {
            state.touchExisting(coinbase);
        }
    }

    private static Executed outcome(
            Frame frame, long used, long spent, UInt256 price, long blobGas) {
        boolean created = frame.isCreate() && frame.halt == null;
        return new Executed(
                StateDiff.EMPTY,
                used,
                spent,
                frame.halt,
                frame.outputBytes(),
                List.of(),
                created ? Optional.of(frame.target.address) : Optional.empty(),
                price,
                blobGas,
                UInt256.ZERO);
    }

    private static Executed finish(JournaledState state, Rules rules, Executed e) {
        List<Log> logs = List.copyOf(state.finishTransaction(rules));
        return new Executed(
                e.diff(),
                e.gasUsed(),
                e.gasSpent(),
                e.halt(),
                e.output(),
                logs,
                e.created(),
                e.effectiveGasPrice(),
                e.blobGasUsed(),
                state.burnedWei);
    }
}
