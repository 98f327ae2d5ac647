package org.assay.app.load;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.assay.chain.system.Abi;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;

/// Creation code that pays many accounts in one transaction and leaves no contract behind.
final class Funding {
    /// Accounts of one transaction: each costs up to 75,000 gas, and a transaction has 2^24.
    static final int ACCOUNTS_MAX = 100;

    static final long GAS = 9_000_000;

    private static final int STOP = 0x00;
    private static final int POP = 0x50;
    private static final int MSTORE = 0x52;
    private static final int GAS_LEFT = 0x5a;
    private static final int PUSH0 = 0x5f;
    private static final int CALL = 0xf1;
    private static final int TRANSFER_BYTES = 68;

    private final ByteArrayOutputStream code = new ByteArrayOutputStream();

    private Funding() {}

    /// Gives each account `wei`. The transaction's value is their sum.
    static Bytes ofCoins(List<Address> accounts, UInt256 wei) {
        Funding program = new Funding();
        for (Address account : accounts) {
            program.call(account, wei, 0);
        }
        return program.end();
    }

    /// Wraps coins in `token`, a wrapped native coin, and gives each account `units`. The
    /// transaction's value is their sum.
    static Bytes ofTokens(Address token, List<Address> accounts, long units) {
        Funding program = new Funding();
        program.store(selector("deposit()"), 0);
        program.call(token, UInt256.of(units * accounts.size()), 4);
        program.store(selector("transfer(address,uint256)"), 0);
        program.store(UInt256.of(units), 36);
        for (Address account : accounts) {
            program.store(account.toWord(), 4);
            program.call(token, UInt256.ZERO, TRANSFER_BYTES);
        }
        return program.end();
    }

    /// The first four bytes of a word.
    private static UInt256 selector(String signature) {
        byte[] word = new byte[32];
        System.arraycopy(Abi.call(signature).toArray(), 0, word, 0, 4);
        return UInt256.of(word);
    }

    private void push(UInt256 value) {
        code.write(PUSH0 + 32);
        code.writeBytes(value.toArray());
    }

    private void store(UInt256 word, int offset) {
        push(word);
        push(UInt256.of(offset));
        code.write(MSTORE);
    }

    private void call(Address to, UInt256 wei, int inputBytes) {
        code.write(PUSH0);
        code.write(PUSH0);
        push(UInt256.of(inputBytes));
        code.write(PUSH0);
        push(wei);
        push(to.toWord());
        code.write(GAS_LEFT);
        code.write(CALL);
        code.write(POP);
    }

    private Bytes end() {
        code.write(STOP);
        return Bytes.wrap(code.toByteArray());
    }
}
