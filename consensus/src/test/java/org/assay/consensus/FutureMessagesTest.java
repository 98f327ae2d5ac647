package org.assay.consensus;

import static org.assay.consensus.Fixture.HEIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import org.assay.consensus.message.Envelope;
import org.assay.consensus.message.Message.Prepare;
import org.assay.consensus.message.Payload.PreparePayload;
import org.assay.primitives.Hash;
import org.junit.jupiter.api.Test;

final class FutureMessagesTest {
    private final Fixture net = new Fixture();
    private final FutureMessages future = new FutureMessages();

    private Event.MessageReceived prepare(long height, int content) {
        var payload = new PreparePayload(height, 0, new Hash(content, 0, 0, 0));
        return new Event.MessageReceived(
                net.address(0), Envelope.of(new Prepare(net.sign(0, payload))));
    }

    @Test
    void keepsTenHeightsAndNotEleven() {
        future.add(prepare(HEIGHT + FutureMessages.DISTANCE_MAX, 1), HEIGHT, 4);
        future.add(prepare(HEIGHT + FutureMessages.DISTANCE_MAX + 1, 1), HEIGHT, 4);
        assertThat(future.count()).isEqualTo(1);
    }

    @Test
    void theFarthestHeightGivesWay() {
        for (int i = 0; i < FutureMessages.COUNT_MAX; i++) {
            future.add(prepare(HEIGHT + 2, i), HEIGHT, 4);
        }
        var near = prepare(HEIGHT + 1, 7);
        future.add(near, HEIGHT, 4);
        assertThat(future.count()).isEqualTo(FutureMessages.COUNT_MAX);
        assertThat(future.take(HEIGHT + 1)).containsExactly(near);
        assertThat(future.take(HEIGHT + 2)).hasSize(FutureMessages.COUNT_MAX - 1);
        assertThat(future.bytes()).isZero();
    }

    @Test
    void takingAHeightDropsThoseBelow() {
        future.add(prepare(HEIGHT + 1, 1), HEIGHT, 4);
        assertThat(future.take(HEIGHT + 3)).isEmpty();
        assertThat(future.count()).isZero();
    }
}
