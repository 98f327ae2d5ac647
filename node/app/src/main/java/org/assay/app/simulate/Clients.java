package org.assay.app.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.SecretKey;

/// Seeded accounts that send transfers, calls (some of which revert), creations and replacements
/// with one nonce, each account's nonces in order.
final class Clients {
    private static final int COUNT = 8;
    private static final UInt256 CHAIN_ID = UInt256.of(SimulatedGenesis.CHAIN_ID);
    private static final UInt256 GWEI = UInt256.of(1_000_000_000L);
    private static final List<SecretKey> KEYS = keys();
    private static final List<Address> ADDRESSES = KEYS.stream().map(SecretKey::address).toList();

    /// Stores 1 at slot 0 and leaves an account without code.
    private static final Bytes CREATION = Bytes.fromHex("0x60015f5500");

    private final long[] nonces = new long[COUNT];

    private static List<SecretKey> keys() {
        List<SecretKey> keys = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            byte[] key = new byte[32];
            key[0] = 1;
            key[31] = (byte) (1 + i);
            keys.add(SecretKey.of(key));
        }
        return List.copyOf(keys);
    }

    static List<Address> addresses() {
        return ADDRESSES;
    }

    Transaction next(RandomGenerator random) {
        int who = random.nextInt(COUNT);
        boolean replaces = nonces[who] > 0 && random.nextInt(8) == 0;
        long nonce = replaces ? nonces[who] - 1 : nonces[who]++;
        UInt256 tip = GWEI.multiply(UInt256.of((replaces ? 8 : 1) + random.nextInt(3)));
        UInt256 cap = GWEI.multiply(UInt256.of(replaces ? 80 : 20));
        UInt256 wei = UInt256.of(random.nextInt(1_000_000));
        TransactionBody body =
                switch (random.nextInt(8)) {
                    case 0 -> body(nonce, tip, cap, 200_000, null, wei, CREATION);
                    case 1, 2, 3 ->
                            body(
                                    nonce,
                                    tip,
                                    cap,
                                    200_000,
                                    SimulatedGenesis.COUNTER,
                                    wei,
                                    Bytes.EMPTY);
                    case 4 -> body(nonce, tip, cap, 21_000, stranger(random), wei, Bytes.EMPTY);
                    case 5 ->
                            TransactionBody.legacy(
                                    CHAIN_ID, nonce, cap, 21_000, anyone(random), wei, Bytes.EMPTY);
                    default -> body(nonce, tip, cap, 21_000, anyone(random), wei, Bytes.EMPTY);
                };
        return Transaction.sign(body, KEYS.get(who));
    }

    private static TransactionBody body(
            long nonce,
            UInt256 tip,
            UInt256 cap,
            long gas,
            @org.jspecify.annotations.Nullable Address to,
            UInt256 wei,
            Bytes input) {
        return TransactionBody.dynamicFee(CHAIN_ID, nonce, tip, cap, gas, to, wei, input);
    }

    /// A transaction that no block can hold: its nonce is far ahead.
    static Transaction impossible(long salt) {
        UInt256 cap = GWEI.multiply(UInt256.of(20));
        TransactionBody body =
                body(1_000_000, GWEI, cap, 21_000, ADDRESSES.get(0), UInt256.ONE, Bytes.EMPTY);
        return Transaction.sign(body, KEYS.get((int) Math.floorMod(salt, (long) COUNT)));
    }

    private static Address anyone(RandomGenerator random) {
        return ADDRESSES.get(random.nextInt(COUNT));
    }

    private static Address stranger(RandomGenerator random) {
        byte[] bytes = new byte[Address.SIZE];
        random.nextBytes(bytes);
        return Address.of(bytes);
    }
}
