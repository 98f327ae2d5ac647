package org.assay.consensus;

import static org.assay.consensus.Fixture.only;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.assay.consensus.message.Envelope;
import org.assay.consensus.message.Message;
import org.assay.consensus.message.Message.RoundChange;
import org.assay.consensus.message.ProposedBlock;
import org.assay.primitives.Bytes;
import org.assay.primitives.rlp.RlpWriter;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Test;

/// What one faulty validator can make a node keep.
final class BufferLimitsTest {
    private final Fixture net = new Fixture();
    private final ProposedBlock block = net.block(0, 1);

    @Test
    void keepsTheHighestTargetsOfAnAuthorOnly() {
        RoundChanges changes = new RoundChanges();
        for (int target = 1; target <= 1000; target++) {
            changes.add(net.roundChange(0, target));
        }
        assertThat(changes.forRound(1000)).hasSize(1);
        assertThat(changes.forRound(1000 - RoundChanges.TARGETS_PER_AUTHOR_MAX + 1)).hasSize(1);
        assertThat(changes.forRound(1000 - RoundChanges.TARGETS_PER_AUTHOR_MAX)).isEmpty();
    }

    @Test
    void keepsVotesOfNearRoundsOnly() {
        HeightState state = new HeightState(net.head(), Rules.ASSAY, Flaws.NONE);
        assertThat(state.near(HeightState.ROUNDS_AHEAD_MAX)).isPresent();
        assertThat(state.near(HeightState.ROUNDS_AHEAD_MAX + 1)).isEmpty();
        state.enter(7);
        assertThat(state.near(3)).isEmpty();
        assertThat(state.rounds.firstKey())
                .isGreaterThanOrEqualTo(7 - HeightState.ROUNDS_BEHIND_MAX);
    }

    @Test
    void keepsOneBodyForEachAuthorOfACertificate() {
        RoundChanges changes = new RoundChanges();
        Lock certificate = net.certificate(0, block, 0, 2, 3);
        for (int i = 0; i < 100; i++) {
            changes.add(withBody(net.roundChange(1, 1 + i, certificate), i));
        }
        changes.add(net.roundChange(2, 1, certificate));
        changes.add(net.roundChange(3, 1, certificate));
        var kept = changes.certificates(certificate.metadata(), Optional.empty());
        assertThat(kept).hasSize(3);
        assertThat(kept.get(1).block()).isSameAs(kept.get(2).block());
    }

    private static RoundChange withBody(RoundChange honest, int content) {
        ProposedBlock original = honest.block().orElseThrow();
        ProposedBlock swapped =
                ProposedBlock.decode(
                        Bytes.wrap(
                                RlpWriter.encodeList(
                                        list -> {
                                            list.writeRaw(original.header().encode());
                                            list.writeList(it -> it.writeLong(content + 1L));
                                            list.writeList(ommers -> {});
                                        })));
        return new RoundChange(
                honest.signed(), Optional.of(swapped), honest.accessList(), honest.prepares());
    }

    @Test
    void aSwappedBodyNeitherGetsAVoteNorStopsTheProposer() {
        var machine = net.new Machine(1).inRoundZero();
        machine.step(new Event.RoundTimerExpired(Fixture.HEIGHT, 0));
        Lock certificate = net.certificate(0, block, 0, 2, 3);
        RoundChange swapped = withBody(net.roundChange(0, 1, certificate), 5);
        machine.step(net.from(swapped));
        var asked = machine.step(net.from(net.roundChange(2, 1, certificate)));
        ProposedBlock first = only(Effect.Validate.class, asked).getFirst().block();
        assertThat(first).isEqualTo(swapped.block().orElseThrow());
        var again =
                machine.step(
                        new Event.Validated(
                                Fixture.HEIGHT, first, new Verdict.Invalid("transactions root")));
        assertThat(only(Effect.Validate.class, again).getFirst().block()).isEqualTo(block);
        assertThat(Fixture.spoken(net.address(1), machine.step(machine.valid(block)))).isNotEmpty();
    }

    @Test
    void anOversizedMessageIsRefusedBeforeItIsDecoded() {
        Bytes huge = Bytes.wrap(new byte[Envelope.BYTES_MAX + 1]);
        assertThat(Envelope.decode(0x12, huge))
                .isInstanceOf(Envelope.Decoding.Malformed.class)
                .extracting(it -> ((Envelope.Decoding.Malformed) it).reason())
                .isEqualTo(Envelope.MalformedReason.TOO_LARGE);
        for (Bytes garbage : List.of(Bytes.EMPTY, Bytes.of((byte) 0xc0), Bytes.of((byte) 0xff))) {
            for (int code = 0x12; code <= 0x15; code++) {
                assertThat(Envelope.decode(code, garbage))
                        .isInstanceOf(Envelope.Decoding.Malformed.class);
            }
        }
    }

    /// Damage never escapes as an exception; 40 inputs a seed.
    @Seeds(50)
    void damagedBytesAreMalformedOrAnotherMessage(RandomGenerator random) {
        Lock certificate = net.certificate(0, block, 0, 2, 3);
        List<Message> messages =
                List.of(
                        net.proposal(0, 0, block),
                        net.prepare(1, 0, block),
                        net.commit(2, 0, block),
                        net.roundChange(3, 1, certificate));
        for (int i = 0; i < 40; i++) {
            Message message = messages.get(random.nextInt(messages.size()));
            byte[] bytes = message.encode().toArray();
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            int size = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
            Bytes damaged = Bytes.wrap(bytes).slice(0, size);
            switch (Envelope.decode(message.kind().code(), damaged)) {
                case Envelope.Decoding.Malformed ignored -> {}
                case Envelope.Decoding.Decoded(Envelope envelope) ->
                        assertThat(envelope.message().encode()).isEqualTo(damaged);
            }
        }
    }
}
