package org.assay.evm;

import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.AccessListEntry;
import org.assay.primitives.block.Authorization;
import org.assay.primitives.crypto.Keccak;
import org.jspecify.annotations.Nullable;

/// The part of a transaction that runs, once its gas is bought: `gas` without the intrinsic gas.
record Message(
        Address from,
        @Nullable Address to,
        Bytes input,
        UInt256 value,
        long gas,
        List<AccessListEntry> accessList,
        List<Authorization> authorizations) {

    /// Runs on the machine's state and leaves the result in the frame: its gas left, output,
    /// halt. The sender's nonce goes up and the authorizations hold whatever the outcome.
    Frame run(Machine machine) {
        JournaledState state = machine.state;
        AccountState sender = state.account(from);
        long nonce = sender.nonce;
        state.setNonce(sender, nonce + 1);
        if (machine.rules.hasWarmAndCold) {
            warmUp(machine, sender);
        }
        for (Authorization authorization : authorizations) {
            authorize(authorization, machine);
        }
        Frame frame = machine.frame(0);
        if (to == null) {
            Address created = Address.ofCreate(from, nonce);
            Creations.fill(frame, machine, Opcode.CREATE, created, from, value, input, gas);
            machine.create(frame);
        } else {
            fillCall(frame, machine, to);
            machine.call(frame);
        }
        return frame;
    }

    private void fillCall(Frame frame, Machine machine, Address callee) {
        JournaledState state = machine.state;
        frame.reset();
        frame.opcode = Opcode.CALL;
        frame.target = state.account(callee);
        frame.self = frame.target;
        frame.code = codeOf(frame.target, machine);
        frame.caller = from;
        frame.value = value;
        frame.isStatic = false;
        frame.input = input.unsafeArray();
        frame.inputOffset = 0;
        frame.inputSize = input.size();
        frame.resultSize = 0;
        frame.gas = gas;
    }

    /// Follows a delegation (EIP-7702), whose target is warm without payment.
    private static Code codeOf(AccountState target, Machine machine) {
        Code code = machine.state.code(target);
        if (code.delegate == null || !machine.rules.prague) {
            return code;
        }
        AccountState delegate = machine.state.account(code.delegate);
        machine.state.warm(delegate);
        return machine.state.code(delegate);
    }

    /// EIP-2929, EIP-2930, EIP-3651.
    private void warmUp(Machine machine, AccountState sender) {
        JournaledState state = machine.state;
        state.warm(sender);
        if (to != null) {
            state.warm(state.account(to));
        }
        if (machine.rules.shanghai) {
            state.warm(state.account(machine.block.coinbase()));
        }
        for (AccessListEntry entry : accessList) {
            AccountState account = state.account(entry.address());
            state.warm(account);
            for (Hash key : entry.storageKeys()) {
                state.warm(account, state.slot(account, key.w0(), key.w1(), key.w2(), key.w3()));
            }
        }
    }

    /// EIP-7702: sets the delegation of one authority, or does nothing where the tuple is
    /// invalid.
    private static void authorize(Authorization authorization, Machine machine) {
        JournaledState state = machine.state;
        UInt256 chainId = authorization.chainId();
        boolean here = chainId.isZero() || chainId.equals(UInt256.of(machine.block.chainId()));
        if (!here || authorization.nonce() == -1L) {
            return;
        }
        Address signer = authorization.authority().orElse(null);
        if (signer == null) {
            return;
        }
        AccountState authority = state.account(signer);
        state.warm(authority);
        Code code = state.code(authority);
        if ((!code.isEmpty() && code.delegate == null)
                || authority.nonce != authorization.nonce()) {
            return;
        }
        if (authority.exists) {
            state.refund += Rules.AUTHORIZATION_GAS - Rules.AUTHORIZATION_BASE_GAS;
        }
        if (authorization.address().equals(Address.ZERO)) {
            state.setCode(authority, Keccak.EMPTY, Code.EMPTY);
        } else {
            Code delegation = Code.delegationTo(authorization.address());
            state.setCode(authority, Keccak.hash256(delegation.bytes), delegation);
        }
        state.setNonce(authority, authority.nonce + 1);
    }
}
