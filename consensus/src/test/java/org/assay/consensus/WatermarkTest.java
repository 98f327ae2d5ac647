package org.assay.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import org.assay.consensus.message.MessageKind;
import org.assay.primitives.Hash;
import org.junit.jupiter.api.Test;

final class WatermarkTest {
    private static final Hash ONE = new Hash(1, 0, 0, 0);
    private static final Hash TWO = new Hash(2, 0, 0, 0);
    private final Watermark mark = Watermark.NONE.after(5, 2, MessageKind.PREPARE, ONE);

    @Test
    void allowsTheSameAgainAndNothingElseInItsSlot() {
        assertThat(mark.allows(5, 2, MessageKind.PREPARE, ONE)).isTrue();
        assertThat(mark.allows(5, 2, MessageKind.PREPARE, TWO)).isFalse();
        assertThat(mark.allows(5, 2, MessageKind.COMMIT, TWO)).isTrue();
    }

    @Test
    void allowsAllAboveAndNothingBelow() {
        assertThat(mark.allows(5, 3, MessageKind.PREPARE, TWO)).isTrue();
        assertThat(mark.allows(6, 0, MessageKind.PREPARE, TWO)).isTrue();
        assertThat(mark.allows(5, 1, MessageKind.COMMIT, ONE)).isFalse();
        assertThat(mark.allows(4, 9, MessageKind.COMMIT, ONE)).isFalse();
    }

    @Test
    void sittingOutClosesAHeightAndNotTheNext() {
        Watermark closed = Watermark.sittingOut(5);
        assertThat(closed.allows(5, 7, MessageKind.PREPARE, ONE)).isFalse();
        assertThat(closed.allows(5, Watermark.SAT_OUT, MessageKind.PREPARE, ONE)).isFalse();
        assertThat(closed.allows(6, 0, MessageKind.PREPARE, ONE)).isTrue();
    }

    @Test
    void survivesItsEncoding() {
        Watermark two = mark.after(5, 2, MessageKind.COMMIT, TWO);
        assertThat(Watermark.decode(two.encode())).isEqualTo(two);
        assertThat(Watermark.decode(Watermark.NONE.encode())).isEqualTo(Watermark.NONE);
        assertThat(Watermark.decode(Watermark.sittingOut(7).encode()))
                .isEqualTo(Watermark.sittingOut(7));
    }
}
