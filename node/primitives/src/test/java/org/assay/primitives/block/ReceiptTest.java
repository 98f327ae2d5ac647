package org.assay.primitives.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assay.primitives.Bytes;
import org.assay.primitives.rlp.RlpException;
import org.junit.jupiter.api.Test;

final class ReceiptTest {
    @Test
    void encodesBackToTheBytesItCameFrom() {
        for (int type = 0; type <= Transaction.TYPE_MAX; type++) {
            Bytes encoded = Bytes.wrap(Receipt.of(type, true, 21_000, List.of()).encode());
            assertThat(Bytes.wrap(Receipt.decode(encoded).encode())).isEqualTo(encoded);
        }
    }

    /// Type 0 has no type byte (EIP-2718); found by `assay fuzz --target receipt --seed 2026`.
    @Test
    void refusesAZeroBeforeALegacyReceipt() {
        Bytes legacy = Bytes.wrap(Receipt.of(0, true, 21_000, List.of()).encode());
        assertThatThrownBy(() -> Receipt.decode(Bytes.of((byte) 0).concat(legacy)))
                .isInstanceOf(RlpException.class);
    }
}
