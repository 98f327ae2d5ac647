package org.assay.evm;

import java.util.Arrays;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.jspecify.annotations.Nullable;

/// Bytecode with what is worth computing once: where jumps may go, and the account it delegates
/// to. Immutable but for the lazily made map, of which every thread would make the same.
final class Code {
    static final Code EMPTY = new Code(Bytes.EMPTY);

    /// Zero bytes after the end, so that the largest PUSH and a last STOP need no check.
    private static final int PADDING = 34;

    private static final int DELEGATION_SIZE = 23;

    final Bytes bytes;

    /// The code with [#PADDING] zeros behind it. Read only.
    final byte[] padded;

    /// Bytes of code.
    final int size;

    /// The account that runs in this one's place (EIP-7702), or null.
    final @Nullable Address delegate;

    /// Runs after which code is decoded: code that runs once, as all initcode, is not worth it.
    private static final int RUNS_UNTIL_DECODED = 2;

    private long @Nullable [] jumpdests;
    private int runs;
    private @Nullable Program program;

    Code(Bytes bytes) {
        this.bytes = bytes;
        this.size = bytes.size();
        this.padded = Arrays.copyOf(bytes.unsafeArray(), size + PADDING);
        this.delegate =
                size == DELEGATION_SIZE
                                && padded[0] == (byte) 0xef
                                && padded[1] == 1
                                && padded[2] == 0
                        ? Address.at(padded, 3)
                        : null;
    }

    /// The code that stands for a delegation to `address`.
    static Code delegationTo(Address address) {
        byte[] marker = new byte[DELEGATION_SIZE];
        marker[0] = (byte) 0xef;
        marker[1] = 1;
        address.writeTo(marker, 3);
        return new Code(Bytes.wrap(marker));
    }

    /// The decoded form for `fork`, or null while the code has hardly been run. Counting is not
    /// exact between threads, and need not be.
    @Nullable Program program(Fork fork) {
        Program known = program;
        if (known != null && known.fork == fork) {
            return known;
        }
        return ++runs < RUNS_UNTIL_DECODED ? null : decoded(fork);
    }

    /// The decoded form for `fork`.
    Program decoded(Fork fork) {
        Program known = program;
        if (known != null && known.fork == fork) {
            return known;
        }
        Program decoded = Program.of(this, fork);
        program = decoded;
        return decoded;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// One bit a byte of code: whether it is a JUMPDEST outside any operand.
    long[] jumpdests() {
        long[] known = jumpdests;
        if (known == null) {
            known = findJumpdests(padded, size);
            jumpdests = known;
        }
        return known;
    }

    private static long[] findJumpdests(byte[] code, int size) {
        long[] map = new long[(size >> 6) + 1];
        for (int pc = 0; pc < size; pc++) {
            int opcode = code[pc];
            if (opcode == Opcode.JUMPDEST) {
                map[pc >> 6] |= 1L << pc;
            } else if (opcode >= Opcode.PUSH1) { // as signed bytes, PUSH1 to PUSH32 are the largest
                pc += opcode - Opcode.PUSH1 + 1;
            }
        }
        return map;
    }
}
