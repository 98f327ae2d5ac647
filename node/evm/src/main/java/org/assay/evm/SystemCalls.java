package org.assay.evm;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Log;
import org.assay.primitives.crypto.Sha256;
import org.jspecify.annotations.Nullable;

/// What a block does around its transactions: EIP-4788 and EIP-2935 before, EIP-7002 and EIP-7251
/// after, each a call from 0xff…fe with 30 million gas of its own.
public final class SystemCalls {
    public static final Address SYSTEM_ADDRESS =
            Address.fromHex("0xfffffffffffffffffffffffffffffffffffffffe");
    public static final Address BEACON_ROOTS =
            Address.fromHex("0x000f3df6d732807ef1319fb7b8bb8522d0beac02");
    public static final Address HISTORY_STORAGE =
            Address.fromHex("0x0000f90827f1c53a10cb7a02335b175320002935");
    public static final Address WITHDRAWAL_REQUESTS =
            Address.fromHex("0x00000961ef480eb55e80d19ad83579a64c007002");
    public static final Address CONSOLIDATION_REQUESTS =
            Address.fromHex("0x0000bbddc7ce488642fb579f8b00f3a590007251");

    private static final long SYSTEM_CALL_GAS = 30_000_000;
    private static final int DEPOSIT_TYPE = 0;
    private static final int WITHDRAWAL_TYPE = 1;
    private static final int CONSOLIDATION_TYPE = 2;

    private SystemCalls() {}

    /// Before the first transaction: the beacon root (from Cancun) and the parent's hash (from
    /// Prague) go into their contracts. A missing contract is no error.
    public static void beforeTransactions(
            JournaledState state,
            BlockContext block,
            Hash parentHash,
            @Nullable Hash parentBeaconBlockRoot,
            Tracer tracer) {
        if (block.fork().isAtLeast(Fork.CANCUN) && parentBeaconBlockRoot != null) {
            call(state, block, BEACON_ROOTS, parentBeaconBlockRoot.toBytes(), tracer);
        }
        if (block.fork().isAtLeast(Fork.PRAGUE)) {
            call(state, block, HISTORY_STORAGE, parentHash.toBytes(), tracer);
        }
    }

    /// The requests of a block (EIP-7685), or why the block is invalid.
    public sealed interface Requests {
        /// `type ‖ data` of each type that has any, ascending.
        record Collected(List<Bytes> requests) implements Requests {
            /// The `requestsHash` of the header: sha256 of the sha256 of each.
            public Hash hash() {
                MessageDigest outer = Sha256.digest();
                for (Bytes request : requests) {
                    outer.update(Sha256.digest().digest(request.unsafeArray()));
                }
                return Hash.of(outer.digest());
            }
        }

        /// The block is invalid.
        record Invalid(RequestsError reason) implements Requests {}
    }

    /// Named as execution-spec-tests name them (BlockException).
    public enum RequestsError {
        SYSTEM_CONTRACT_EMPTY,
        SYSTEM_CONTRACT_CALL_FAILED,
        INVALID_DEPOSIT_EVENT_LAYOUT
    }

    /// After the last transaction and the withdrawals, from Prague on: deposits from the logs of
    /// `depositContract` (EIP-6110), then the two queues.
    public static Requests afterTransactions(
            JournaledState state,
            BlockContext block,
            List<Log> logsOfBlock,
            @Nullable Address depositContract,
            Tracer tracer) {
        List<Bytes> requests = new ArrayList<>();
        if (depositContract != null) {
            Bytes deposits = Deposits.collect(logsOfBlock, depositContract);
            if (deposits == null) {
                return new Requests.Invalid(RequestsError.INVALID_DEPOSIT_EVENT_LAYOUT);
            }
            add(requests, DEPOSIT_TYPE, deposits);
        }
        Address[] queues = {WITHDRAWAL_REQUESTS, CONSOLIDATION_REQUESTS};
        for (int i = 0; i < queues.length; i++) {
            if (!state.account(queues[i]).hasCode()) {
                return new Requests.Invalid(RequestsError.SYSTEM_CONTRACT_EMPTY);
            }
            CallSimulation.Result result = call(state, block, queues[i], Bytes.EMPTY, tracer);
            if (!result.success()) {
                return new Requests.Invalid(RequestsError.SYSTEM_CONTRACT_CALL_FAILED);
            }
            add(requests, i == 0 ? WITHDRAWAL_TYPE : CONSOLIDATION_TYPE, result.output());
        }
        return new Requests.Collected(List.copyOf(requests));
    }

    private static void add(List<Bytes> requests, int type, Bytes content) {
        if (!content.isEmpty()) {
            requests.add(Bytes.of((byte) type).concat(content));
        }
    }

    /// One system call: no fees, no nonce, no value, 30 million gas.
    public static CallSimulation.Result call(
            JournaledState state, BlockContext block, Address to, Bytes input, Tracer tracer) {
        Machine machine = state.machine();
        machine.prepare(block, SYSTEM_ADDRESS, UInt256.ZERO, List.of(), tracer);
        state.beginTransaction();
        AccountState target = state.account(to);
        Frame frame = machine.frame(0);
        frame.reset();
        if (target.hasCode()) {
            state.warm(target);
            frame.opcode = Opcode.CALL;
            frame.target = target;
            frame.self = target;
            frame.code = state.code(target);
            frame.caller = SYSTEM_ADDRESS;
            frame.value = UInt256.ZERO;
            frame.isStatic = false;
            frame.input = input.unsafeArray();
            frame.inputOffset = 0;
            frame.inputSize = input.size();
            frame.resultSize = 0;
            frame.gas = SYSTEM_CALL_GAS;
            machine.call(frame);
        } else {
            frame.gas = SYSTEM_CALL_GAS;
        }
        long used = SYSTEM_CALL_GAS - frame.gas;
        HaltReason halt = frame.halt;
        Bytes output =
                Bytes.wrap(
                        Arrays.copyOfRange(
                                frame.output,
                                frame.outputOffset,
                                frame.outputOffset + frame.outputSize));
        List<Log> logs = List.copyOf(state.finishTransaction(machine.rules));
        return CallSimulation.Result.of(halt, output, used, logs);
    }
}
