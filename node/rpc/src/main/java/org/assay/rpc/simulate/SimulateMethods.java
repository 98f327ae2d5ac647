package org.assay.rpc.simulate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.assay.chain.Blockchain;
import org.assay.primitives.block.Header;
import org.assay.rpc.Blocks;
import org.assay.rpc.Methods;
import org.assay.rpc.Params;
import org.assay.rpc.RpcError;
import org.jspecify.annotations.Nullable;

/// `eth_simulateV1`: blocks of calls on top of a block, with overrides, as they would be.
public final class SimulateMethods implements Methods {
    static final int CLIENT_LIMIT = -38026;

    private static final int BLOCK_NUMBER_INVALID = -38020;
    private static final int TIMESTAMP_INVALID = -38021;

    /// Blocks of one simulation, with those that fill gaps.
    private static final int BLOCKS_MAX = 256;

    /// Calls of one simulation.
    private static final int CALLS_MAX = 5_000;

    private static final long SECONDS_BETWEEN_BLOCKS = 12;

    /// Tries when the chain's head moves on meanwhile.
    private static final int TRIES_MAX = 4;

    private final Blockchain chain;
    private final Blocks blocks;
    private final long callMillisMax;

    /// `callMillisMax`: how long one simulation may take.
    public SimulateMethods(Blockchain chain, long callMillisMax) {
        this.chain = chain;
        this.callMillisMax = callMillisMax;
        this.blocks = new Blocks(chain);
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        return Map.of("eth_simulateV1", this::simulate);
    }

    /// What to simulate, as asked.
    record Options(boolean traceTransfers, boolean validation, boolean returnFullTransactions) {}

    /// One block to make: number and time are set.
    record Request(
            long number,
            long time,
            BlockOverrides overrides,
            StateOverrides state,
            List<JsonNode> calls) {}

    private Object simulate(Params params) {
        long deadlineNanos = System.nanoTime() + callMillisMax * 1_000_000;
        JsonNode payload = params.node(0);
        JsonNode calls = payload.path("blockStateCalls");
        if (!calls.isArray() || calls.isEmpty()) {
            throw RpcError.invalidParams("empty input");
        }
        if (calls.size() > BLOCKS_MAX) {
            throw new RpcError(CLIENT_LIMIT, "too many blocks");
        }
        Options options =
                new Options(
                        payload.path("traceTransfers").asBoolean(),
                        payload.path("validation").asBoolean(),
                        payload.path("returnFullTransactions").asBoolean());
        long number =
                blocks.number(params.optional(1))
                        .orElseThrow(() -> new RpcError(RpcError.SERVER_ERROR, "header not found"));
        Header base = blocks.header(number);
        List<Request> requests = inOrder(calls, base);
        for (int tries = 1; ; tries++) {
            try {
                return new Simulation(chain, base, options, deadlineNanos).run(requests);
            } catch (IllegalStateException moved) {
                // The states it worked on are beside the new head.
                if (tries == TRIES_MAX) {
                    throw new RpcError(
                            RpcError.SERVER_ERROR,
                            "the chain moved on during the simulation: try again");
                }
            }
        }
    }

    /// Numbers and times set where they are open, gaps filled with empty blocks; throws
    /// [RpcError] where they do not grow.
    private static List<Request> inOrder(JsonNode list, Header base) {
        List<Request> requests = new ArrayList<>();
        long number = base.number();
        long time = base.timestamp();
        int calls = 0;
        for (JsonNode block : list) {
            BlockOverrides overrides = BlockOverrides.read(block.path("blockOverrides"));
            long wanted = overrides.number().orElse(number + 1);
            if (wanted <= number) {
                throw new RpcError(
                        BLOCK_NUMBER_INVALID,
                        "block numbers must be in order: " + wanted + " <= " + number);
            }
            if (wanted - base.number() > BLOCKS_MAX) {
                throw new RpcError(CLIENT_LIMIT, "too many blocks");
            }
            while (number + 1 < wanted) {
                number++;
                time += SECONDS_BETWEEN_BLOCKS;
                requests.add(empty(number, time));
            }
            number = wanted;
            long then = overrides.time().orElse(time + SECONDS_BETWEEN_BLOCKS);
            if (then <= time) {
                throw new RpcError(
                        TIMESTAMP_INVALID,
                        "block timestamps must be in order: " + then + " <= " + time);
            }
            time = then;
            List<JsonNode> made = new ArrayList<>();
            block.path("calls").forEach(made::add);
            calls += made.size();
            if (calls > CALLS_MAX) {
                throw new RpcError(CLIENT_LIMIT, "too many calls");
            }
            requests.add(
                    new Request(
                            number,
                            time,
                            overrides,
                            StateOverrides.read(block.path("stateOverrides")),
                            made));
        }
        return requests;
    }

    private static Request empty(long number, long time) {
        JsonNode nothing = com.fasterxml.jackson.databind.node.MissingNode.getInstance();
        return new Request(
                number, time, BlockOverrides.read(nothing), StateOverrides.NONE, List.of());
    }
}
