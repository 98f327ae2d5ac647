package org.assay.evm;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Log;
import org.jspecify.annotations.Nullable;

/// Reads deposit requests from the deposit contract's events (EIP-6110).
final class Deposits {
    private static final Hash DEPOSIT_EVENT =
            Hash.fromHex("0x649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5");

    private static final int EVENT_BYTES = 576;

    /// Where each of the five byte strings begins with its size, and that size.
    private static final int[] OFFSETS = {160, 256, 320, 384, 512};

    private static final int[] SIZES = {48, 32, 8, 96, 8};

    private Deposits() {}

    /// The deposits one after the other, 192 bytes each; null when an event has another layout.
    static @Nullable Bytes collect(List<Log> logs, Address contract) {
        ByteArrayOutputStream deposits = new ByteArrayOutputStream();
        for (Log log : logs) {
            boolean isDeposit =
                    log.address().equals(contract)
                            && !log.topics().isEmpty()
                            && log.topics().getFirst().equals(DEPOSIT_EVENT);
            if (isDeposit && !append(deposits, log.data().unsafeArray())) {
                return null;
            }
        }
        return Bytes.wrap(deposits.toByteArray());
    }

    private static boolean append(ByteArrayOutputStream deposits, byte[] event) {
        if (event.length != EVENT_BYTES) {
            return false;
        }
        for (int i = 0; i < OFFSETS.length; i++) {
            boolean asExpected =
                    UInt256.at(event, 32 * i).equals(UInt256.of(OFFSETS[i]))
                            && UInt256.at(event, OFFSETS[i]).equals(UInt256.of(SIZES[i]));
            if (!asExpected) {
                return false;
            }
        }
        for (int i = 0; i < OFFSETS.length; i++) {
            deposits.write(event, OFFSETS[i] + 32, SIZES[i]);
        }
        return true;
    }
}
