package org.assay.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.assay.chain.Blockchain;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Header;
import org.assay.primitives.state.StateView;

/// Finds blocks and states by number, tag or hash (EIP-1898). One committed block is final:
/// latest, safe and finalized are the same, and pending is latest.
public record Blocks(Blockchain chain) {
    /// The height that `node` names; empty where there is no such block. `node` absent means
    /// latest.
    public Optional<Long> number(Optional<JsonNode> node) {
        if (node.isEmpty()) {
            return Optional.of(chain.head().number());
        }
        JsonNode tag = node.get();
        if (tag.isObject()) {
            return tag.has("blockHash")
                    ? chain.numberOf(Params.hash(tag.get("blockHash").asText(), "blockHash"))
                    : number(Optional.ofNullable(tag.get("blockNumber")));
        }
        String text = tag.asText();
        return switch (text) {
            case "latest", "safe", "finalized", "pending" -> Optional.of(chain.head().number());
            case "earliest" -> Optional.of(0L);
            default -> text.length() == 66 ? byHash(text) : byNumber(tag);
        };
    }

    private Optional<Long> byHash(String text) {
        return chain.numberOf(Params.hash(text, "block"));
    }

    private Optional<Long> byNumber(JsonNode tag) {
        UInt256 number = Params.quantity(tag, "block number");
        if (number.bitLength() > 64) {
            throw RpcError.invalidParams("block number: more than 64 bits");
        }
        return number.fitsLong() && number.w3() <= chain.head().number()
                ? Optional.of(number.w3())
                : Optional.empty();
    }

    /// Throws [RpcError] where there is no such block.
    public long require(Optional<JsonNode> node) {
        return number(node)
                .orElseThrow(() -> new RpcError(RpcError.RESOURCE_NOT_FOUND, "header not found"));
    }

    public Header header(long number) {
        return number == chain.head().number()
                ? chain.head().header()
                : chain.headerAt(number).orElseThrow();
    }

    /// Throws [RpcError] where the state is pruned.
    public StateView state(long number) {
        return chain.stateAt(number).orElseThrow(() -> pruned(number));
    }

    static RpcError pruned(long number) {
        return new RpcError(
                RpcError.RESOURCE_NOT_FOUND,
                "the state of block " + number + " is pruned; ask an archive node");
    }
}
