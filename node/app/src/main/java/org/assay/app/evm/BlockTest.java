package org.assay.app.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assay.chain.Ancestry;
import org.assay.chain.BlockError;
import org.assay.chain.BlockExecutor.Execution;
import org.assay.chain.ChainHead;
import org.assay.chain.ChainSpec;
import org.assay.chain.ConfigException;
import org.assay.chain.Contexts;
import org.assay.chain.ExecutedBlock;
import org.assay.chain.ImportRules;
import org.assay.consensus.emission.BlockFacts;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.rlp.RlpException;
import org.assay.storage.MemoryStore;
import org.assay.storage.WriteBatch;
import org.assay.storage.state.PreparedState;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;
import org.jspecify.annotations.Nullable;

/// One fixture of Ethereum's blockchain tests: a genesis block, blocks of one or more branches of
/// which some are invalid, and the head they must lead to. Every block's state is kept in memory.
/// Used by one thread.
final class BlockTest {
    private static final StateOptions SMALL = new StateOptions(1, false, 1 << 14);

    private final String name;
    private final JsonNode test;
    private final Map<Hash, Link> links = new HashMap<>();
    private long gas;

    /// A valid block in its branch. `totalDifficulty` includes its own.
    private record Link(
            Block block,
            Hash hash,
            PreparedState state,
            UInt256 totalDifficulty,
            @Nullable Link parent) {}

    /// The blocks from `link` down.
    private record Branch(Link link) implements Ancestry {
        @Override
        public List<Block> before(Header child, int count) {
            List<Block> blocks = new ArrayList<>();
            Link next = link;
            while (next != null && blocks.size() < count) {
                blocks.add(next.block);
                next = next.parent;
            }
            return blocks;
        }

        @Override
        public Hash hashOf(long number) {
            Link next = link;
            while (next != null && next.block.header().number() > number) {
                next = next.parent;
            }
            return next == null ? Hash.ZERO : next.hash;
        }
    }

    BlockTest(String name, JsonNode test) {
        this.name = name;
        this.test = test;
    }

    static boolean isTest(JsonNode node) {
        return node.has("genesisRLP") && node.has("blocks") && node.has("pre");
    }

    /// What the valid blocks used; after [#run].
    long gas() {
        return gas;
    }

    Tally.Verdict run() {
        String network = test.path("network").asText();
        Hash[] head = {Hash.ZERO};
        String problem;
        try {
            problem = judge(network, head);
        } catch (ConfigException | RlpException | ArithmeticException e) {
            problem = "the test cannot be read: " + e.getMessage();
        }
        return new Tally.Verdict(name, network, head[0], problem);
    }

    private @Nullable String judge(String network, Hash[] headHash) {
        Optional<ObjectNode> config = TestNetworks.config(network, test.get("config"));
        if (config.isEmpty()) {
            return "a network not known here";
        }
        ObjectNode genesisFile = JsonNodeFactory.instance.objectNode();
        genesisFile.set("config", config.get());
        genesisFile.set("alloc", test.get("pre"));
        Block genesis = Block.decode(TestJson.bytes(test.get("genesisRLP")));
        genesisFile.put("difficulty", genesis.header().difficulty().toString());
        ChainSpec spec = ChainSpec.of(genesisFile);
        WorldState world = WorldState.open(new MemoryStore(), SMALL);
        PreparedState first = world.prepare(spec.genesis().alloc());
        if (!first.stateRoot().equals(genesis.header().stateRoot())) {
            return "the genesis state root is " + first.stateRoot();
        }
        world.commit(first, new WriteBatch());
        Link head =
                new Link(
                        genesis,
                        genesis.header().hash(),
                        first,
                        genesis.header().difficulty(),
                        null);
        links.put(head.hash, head);
        int index = 0;
        for (JsonNode block : test.get("blocks")) {
            index++;
            String expected = expectedException(block);
            switch (add(spec, world, block)) {
                case Added(Link link) -> {
                    if (expected != null) {
                        return "block " + index + " was accepted, expected " + expected;
                    }
                    head = isBetter(link, head) ? link : head;
                }
                case Refused(String reason) -> {
                    if (expected == null) {
                        return "block " + index + " was refused: " + reason;
                    }
                }
            }
        }
        headHash[0] = head.hash;
        return judgeHead(head);
    }

    private static @Nullable String expectedException(JsonNode block) {
        for (var field : block.properties()) {
            if (field.getKey().startsWith("expectException")) {
                return field.getValue().asText();
            }
        }
        return null;
    }

    /// What became of a block.
    private sealed interface Addition {}

    private record Added(Link link) implements Addition {}

    private record Refused(String reason) implements Addition {}

    private Addition add(ChainSpec spec, WorldState world, JsonNode given) {
        Block block;
        try {
            block = Block.decode(Bytes.fromHex(given.get("rlp").asText()));
        } catch (RlpException | IllegalArgumentException e) {
            return new Refused(BlockError.MALFORMED + ": " + e.getMessage());
        }
        Link parent = links.get(block.header().parentHash());
        if (parent == null) {
            return new Refused(BlockError.UNKNOWN_PARENT.toString());
        }
        Hash hash = block.header().hash();
        ChainHead before =
                new ChainHead(
                        parent.block,
                        parent.hash,
                        parent.state,
                        BlockFacts.Parent.GENESIS,
                        List.of());
        Execution execution =
                new ImportRules(spec, new Branch(parent), false)
                        .check(
                                block,
                                hash,
                                before,
                                parent.totalDifficulty,
                                diff -> world.prepare(parent.state, diff));
        return switch (execution) {
            case Execution.Invalid(BlockError reason, String detail) ->
                    new Refused(reason + ": " + detail);
            case Execution.Executed(ExecutedBlock executed) -> {
                UInt256 total = parent.totalDifficulty.add(block.header().difficulty());
                Link link = new Link(block, hash, executed.state(), total, parent);
                links.put(hash, link);
                gas += block.header().gasUsed();
                yield new Added(link);
            }
        };
    }

    /// Proof of work: more of it, the first seen where equal. Since: the last block imported.
    private static boolean isBetter(Link link, Link head) {
        return Contexts.isMerged(link.block.header())
                || link.totalDifficulty.compareTo(head.totalDifficulty) > 0;
    }

    private @Nullable String judgeHead(Link head) {
        Hash wanted = TestJson.hash(test, "lastblockhash");
        if (!head.hash.equals(wanted)) {
            return "the head is " + head.hash + ", expected " + wanted;
        }
        JsonNode post = test.get("postState");
        Hash root = head.state.stateRoot();
        Hash wantedRoot =
                post != null && post.isObject()
                        ? TestJson.state(post).root()
                        : test.has("postStateHash") ? TestJson.hash(test, "postStateHash") : root;
        return root.equals(wantedRoot)
                ? null
                : "the state root is " + root + ", expected " + wantedRoot;
    }
}
