package org.assay.evm.precompile;

import static java.util.Objects.requireNonNull;

import org.assay.evm.Fork;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hex;
import org.jspecify.annotations.Nullable;

/// Calls a contract through the fork's table, as the interpreter does.
final class Contracts {
    private Contracts() {}

    static Precompile at(int number, Fork fork) {
        Precompile contract = Precompiles.forFork(fork).at(Address.ofNumber(number));
        return requireNonNull(contract, "no contract at " + number);
    }

    /// The output on the input made of these hexadecimal pieces, or null for a failure.
    static @Nullable Bytes call(int number, Fork fork, String... pieces) {
        return call(number, fork, Hex.decode(String.join("", pieces)));
    }

    /// The output of a call that must not fail.
    static Bytes succeed(int number, Fork fork, String... pieces) {
        return requireNonNull(call(number, fork, pieces), "failed");
    }

    static @Nullable Bytes call(int number, Fork fork, byte[] input) {
        Precompile contract = at(number, fork);
        byte[] output = contract.gas(input, fork) < 0 ? null : contract.run(input);
        return output == null ? null : Bytes.wrap(output);
    }

    /// 64 digits of hexadecimal.
    static String word(long value) {
        return "%064x".formatted(value);
    }
}
