package org.assay.app.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.chain.BlockExecutor.Execution;
import org.assay.chain.ChainHead;
import org.assay.chain.ExecutedBlock;
import org.assay.consensus.SealCheck;
import org.assay.consensus.Validators;
import org.assay.consensus.message.QbftHeader;
import org.assay.p2p.WireCode;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.block.Block;
import org.assay.primitives.rlp.RlpException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Catches up by asking one peer at a time for sealed blocks, each checked whole before it is
/// appended. Owned by the node loop.
final class Sync {
    private static final Logger LOG = LoggerFactory.getLogger(Sync.class);
    private static final long ANSWER_MILLIS_MAX = 5_000;

    private final Parts parts;
    private final Runnable onNewHead;
    private @Nullable Address asked;
    private long askedAtMillis;
    private long target;
    private long lastProgressMillis;

    /// `onNewHead` runs after blocks were appended.
    Sync(Parts parts, Runnable onNewHead) {
        this.parts = parts;
        this.onNewHead = onNewHead;
    }

    Optional<Long> target() {
        return target > parts.chain().head().number() ? Optional.of(target) : Optional.empty();
    }

    /// `peer` has blocks up to `height`.
    void request(Address peer, long height) {
        long head = parts.chain().head().number();
        target = Math.max(target, height);
        if (height <= head || asked != null) {
            return;
        }
        asked = peer;
        askedAtMillis = System.currentTimeMillis();
        int count = (int) Math.min(Messages.BLOCKS_MAX, height - head);
        parts.network()
                .send(
                        List.of(peer),
                        WireCode.GET_BLOCKS,
                        new Messages.GetBlocks(head + 1, count).encode());
    }

    void tellStatus(Address peer) {
        parts.network().send(List.of(peer), WireCode.STATUS, status());
    }

    Bytes status() {
        ChainHead head = parts.chain().head();
        return new Messages.Status(head.number(), head.hash()).encode();
    }

    void onDisconnected(Address peer) {
        if (peer.equals(asked)) {
            asked = null;
        }
    }

    void poll(long nowMillis) {
        if (asked != null && nowMillis - askedAtMillis > ANSWER_MILLIS_MAX) {
            LOG.debug("peer {} did not answer in time", asked);
            asked = null;
        }
    }

    /// Answers a peer's request with what this node has, within the limits of one answer.
    void serve(Address peer, Messages.GetBlocks ask) {
        List<Bytes> blocks = new ArrayList<>();
        int bytes = 0;
        int count = Math.min(ask.count(), Messages.BLOCKS_MAX);
        for (long n = ask.first(); n < ask.first() + count; n++) {
            Optional<Bytes> block = parts.chain().encodedBlockAt(n);
            if (block.isEmpty() || bytes > Messages.BLOCKS_BYTES_MAX) {
                break;
            }
            blocks.add(block.get());
            bytes += block.get().size();
        }
        parts.network().send(List.of(peer), WireCode.BLOCKS, Messages.blocks(blocks));
    }

    void onBlocks(Address peer, List<Bytes> blocks) {
        if (!peer.equals(asked)) {
            return;
        }
        asked = null;
        int appended = 0;
        for (Bytes encoded : blocks) {
            if (!append(peer, encoded)) {
                break;
            }
            appended++;
        }
        if (appended > 0) {
            onNewHead.run();
            progress();
            request(peer, target);
        }
    }

    private boolean append(Address peer, Bytes encoded) {
        ChainHead head = parts.chain().head();
        Block block;
        QbftHeader header;
        try {
            block = Block.decode(encoded);
            header = QbftHeader.decode(Bytes.wrap(block.header().encode()));
        } catch (RlpException e) {
            parts.blame(peer, "a malformed block: " + e.getMessage());
            return false;
        }
        if (block.header().number() <= head.number()) {
            return true; // arrived by consensus meanwhile
        }
        if (!(SealCheck.verify(header, Validators.of(head.nextValidators()))
                instanceof SealCheck.Result.Sealed)) {
            parts.blame(peer, "block " + block.header().number() + " is not sealed by a quorum");
            return false;
        }
        switch (parts.rules().checkCommitted(block, head)) {
            case Execution.Executed(ExecutedBlock executed) -> {
                parts.append(block, executed);
                return true;
            }
            case Execution.Invalid invalid -> {
                LOG.error(
                        "block {} is sealed by a quorum and invalid here: {} {}",
                        block.header().number(),
                        invalid.reason(),
                        invalid.detail());
                parts.blame(peer, "an invalid block");
                return false;
            }
        }
    }

    private void progress() {
        long now = System.currentTimeMillis();
        long head = parts.chain().head().number();
        if (now - lastProgressMillis > 2_000 && target > head + 2) {
            lastProgressMillis = now;
            LOG.info("catching up: block {} of {} ({}%)", head, target, head * 100 / target);
        }
    }
}
