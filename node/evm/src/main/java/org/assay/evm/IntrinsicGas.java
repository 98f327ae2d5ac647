package org.assay.evm;

import org.assay.primitives.Bytes;
import org.assay.primitives.block.AccessListEntry;
import org.assay.primitives.block.TransactionBody;

/// What a transaction costs before any code runs, in gas: `gas` is taken, `floor` is the least
/// that is charged in the end (EIP-7623, zero before Prague).
public record IntrinsicGas(long gas, long floor) {
    private static final long ZERO_BYTE_GAS = 4;
    private static final long FLOOR_TOKEN_GAS = 10;
    private static final long INITCODE_WORD_GAS = 2;

    public static IntrinsicGas of(TransactionBody body, Fork fork) {
        Rules rules = Rules.forFork(fork);
        long zeros = zeroBytes(body.data());
        long others = body.data().size() - zeros;
        long gas = Rules.TRANSACTION_BASE_GAS;
        gas += zeros * ZERO_BYTE_GAS + others * rules.callDataNonZeroGas;
        if (body.to() == null && rules.homestead) {
            gas += Rules.CREATE_GAS;
        }
        if (body.to() == null && rules.shanghai) {
            gas += Instructions.wordGas(body.data().size(), INITCODE_WORD_GAS);
        }
        for (AccessListEntry entry : body.accessList()) {
            gas += Rules.ACCESS_LIST_ADDRESS_GAS;
            gas += entry.storageKeys().size() * Rules.ACCESS_LIST_SLOT_GAS;
        }
        gas += body.authorizations().size() * Rules.AUTHORIZATION_GAS;
        long tokens = zeros + 4 * others;
        long floor = rules.prague ? Rules.TRANSACTION_BASE_GAS + tokens * FLOOR_TOKEN_GAS : 0;
        return new IntrinsicGas(gas, floor);
    }

    private static long zeroBytes(Bytes data) {
        long zeros = 0;
        for (byte b : data.unsafeArray()) {
            zeros += b == 0 ? 1 : 0;
        }
        return zeros;
    }
}
