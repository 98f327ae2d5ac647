package org.assay.chain;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;

/// Which ommers a proof-of-work block may name (YP §11.1): at most two, each a valid block that
/// could have been an ancestor up to six generations back, is none, and was not named before.
final class OmmerRules {
    private static final int GENERATIONS = 7;
    private static final int OMMERS_MAX = 2;

    private final HeaderRules headers;

    OmmerRules(HeaderRules headers) {
        this.headers = headers;
    }

    /// What is wrong with the ommers of `block`; empty when nothing is.
    Optional<String> check(Block block, Hash hash, Ancestry ancestry) {
        if (block.ommers().isEmpty()) {
            return Optional.empty();
        }
        if (block.ommers().size() > OMMERS_MAX) {
            return Optional.of("more than " + OMMERS_MAX);
        }
        Map<Hash, Header> ancestors = new HashMap<>();
        Set<Hash> named = new HashSet<>();
        for (Block ancestor : ancestry.before(block.header(), GENERATIONS)) {
            ancestors.put(ancestor.header().hash(), ancestor.header());
            ancestor.ommers().forEach(ommer -> named.add(ommer.hash()));
        }
        for (Header ommer : block.ommers()) {
            Hash ommerHash = ommer.hash();
            if (!named.add(ommerHash)) {
                return Optional.of(ommerHash + " was named before");
            }
            if (ommerHash.equals(hash) || ancestors.containsKey(ommerHash)) {
                return Optional.of(ommerHash + " is an ancestor");
            }
            Header parent = ancestors.get(ommer.parentHash());
            if (parent == null || ommer.parentHash().equals(block.header().parentHash())) {
                return Optional.of(ommerHash + " is not the child of an older ancestor");
            }
            Optional<BlockError> broken = headers.checkBeside(ommer, ommer.parentHash(), parent);
            if (broken.isPresent()) {
                return Optional.of(ommerHash + ": " + broken.get());
            }
        }
        return Optional.empty();
    }
}
