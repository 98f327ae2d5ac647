package org.assay.app.node;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assay.p2p.PeerNetwork;
import org.assay.p2p.WireCode;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.jspecify.annotations.Nullable;

/// Fetches sidecars piece by piece, from one peer at a time and from the next when that one does
/// not have it or does not answer. Owned by the node loop.
final class SidecarFetch {
    private static final long ANSWER_MILLIS_MAX = 2_000;

    /// Sidecars fetched at once: bounds what half-fetched ones take, 16 MiB each.
    private static final int FETCHES_MAX = 4;

    private final Map<Hash, Fetch> fetches = new LinkedHashMap<>();

    private static final class Fetch {
        final Hash commitId;
        final Hash sidecarRoot;
        final Set<Address> asked = new HashSet<>();
        final List<Bytes> pieces = new ArrayList<>();
        @Nullable Address peer;
        int count;
        long askedAtMillis;

        Fetch(Hash commitId, Hash sidecarRoot) {
            this.commitId = commitId;
            this.sidecarRoot = sidecarRoot;
        }
    }

    /// Begins to fetch unless it is being fetched; `preferred` is asked first.
    void request(
            PeerNetwork network, Hash commitId, Hash sidecarRoot, Optional<Address> preferred) {
        if (fetches.containsKey(commitId) || fetches.size() >= FETCHES_MAX) {
            return;
        }
        Fetch fetch = new Fetch(commitId, sidecarRoot);
        fetches.put(commitId, fetch);
        askNext(network, fetch, preferred);
    }

    /// Starts over with a peer that was not asked yet; gives up, until the next request, when
    /// there is none.
    private void askNext(PeerNetwork network, Fetch fetch, Optional<Address> preferred) {
        fetch.pieces.clear();
        fetch.count = 0;
        List<Address> candidates = new ArrayList<>(preferred.stream().toList());
        network.peers().stream()
                .filter(peer -> peer.speaks("assay"))
                .forEach(peer -> candidates.add(peer.address()));
        Optional<Address> next =
                candidates.stream().filter(peer -> !fetch.asked.contains(peer)).findFirst();
        if (next.isEmpty()) {
            fetches.remove(fetch.commitId);
            return;
        }
        fetch.peer = next.get();
        fetch.asked.add(next.get());
        ask(network, fetch);
    }

    private static void ask(PeerNetwork network, Fetch fetch) {
        fetch.askedAtMillis = System.currentTimeMillis();
        Messages.GetSidecar ask =
                new Messages.GetSidecar(fetch.commitId, fetch.sidecarRoot, fetch.pieces.size());
        network.send(
                List.of(java.util.Objects.requireNonNull(fetch.peer)),
                WireCode.GET_SIDECAR,
                ask.encode());
    }

    /// The whole sidecar once its last piece is there. Its root is for the caller to check.
    Optional<Bytes> onChunk(PeerNetwork network, Address peer, Messages.SidecarChunk chunk) {
        Fetch fetch = fetches.get(chunk.commitId());
        if (fetch == null
                || !peer.equals(fetch.peer)
                || !chunk.sidecarRoot().equals(fetch.sidecarRoot)
                || chunk.index() != fetch.pieces.size()) {
            return Optional.empty(); // late, or not asked for
        }
        boolean isFine =
                chunk.count() > 0
                        && chunk.count() <= Messages.SIDECAR_CHUNKS_MAX
                        && (fetch.count == 0 || fetch.count == chunk.count());
        if (!isFine) {
            askNext(network, fetch, Optional.empty());
            return Optional.empty();
        }
        fetch.count = chunk.count();
        fetch.pieces.add(chunk.content());
        if (fetch.pieces.size() < fetch.count) {
            ask(network, fetch);
            return Optional.empty();
        }
        fetches.remove(fetch.commitId);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        fetch.pieces.forEach(piece -> whole.writeBytes(piece.unsafeArray()));
        return Optional.of(Bytes.wrap(whole.toByteArray()));
    }

    void onDisconnected(PeerNetwork network, Address peer) {
        for (Fetch fetch : List.copyOf(fetches.values())) {
            if (peer.equals(fetch.peer)) {
                askNext(network, fetch, Optional.empty());
            }
        }
    }

    void poll(PeerNetwork network, long nowMillis) {
        for (Fetch fetch : List.copyOf(fetches.values())) {
            if (nowMillis - fetch.askedAtMillis > ANSWER_MILLIS_MAX) {
                askNext(network, fetch, Optional.empty());
            }
        }
    }
}
