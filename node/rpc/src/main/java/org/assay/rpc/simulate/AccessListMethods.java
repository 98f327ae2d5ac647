package org.assay.rpc.simulate;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.assay.chain.Blockchain;
import org.assay.evm.BlockContext;
import org.assay.evm.HaltReason;
import org.assay.evm.JournaledState;
import org.assay.evm.TransactionOutcome;
import org.assay.evm.TrialRun;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.AccessListEntry;
import org.assay.primitives.block.Authorization;
import org.assay.primitives.block.TransactionBody;
import org.assay.rpc.Blocks;
import org.assay.rpc.Methods;
import org.assay.rpc.Params;
import org.assay.rpc.RpcError;
import org.assay.rpc.debug.DeadlineTracer;
import org.jspecify.annotations.Nullable;

/// `eth_createAccessList`: runs the call until its list no longer grows.
public final class AccessListMethods implements Methods {
    /// Rounds until the list is taken as it is; each can only add to it.
    private static final int ROUNDS_MAX = 32;

    private final Blockchain chain;
    private final Blocks blocks;
    private final long callMillisMax;

    /// `callMillisMax`: how long one call may take.
    public AccessListMethods(Blockchain chain, long callMillisMax) {
        this.chain = chain;
        this.callMillisMax = callMillisMax;
        this.blocks = new Blocks(chain);
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        return Map.of("eth_createAccessList", this::create);
    }

    private Object create(Params params) {
        long deadlineNanos = System.nanoTime() + callMillisMax * 1_000_000;
        UInt256 chainId = chain.spec().chainId();
        CallArguments call = CallArguments.read(params.node(0), chainId);
        long number = blocks.require(params.optional(1));
        OverlaidState state = new OverlaidState(blocks.state(number));
        StateOverrides overrides =
                StateOverrides.read(params.optional(2).orElse(MissingNode.getInstance()));
        state.add(overrides.changes(state));
        BlockContext context = chain.contexts().of(blocks.header(number));
        long gas = call.gasWithin(CallContexts.GAS_MAX);
        var account = state.account(call.from());
        TransactionBody body = call.body(chainId, gas, account == null ? 0 : account.nonce());
        BlockContext block = CallContexts.freeOfFees(context, body);
        AccessListTracer known = new AccessListTracer(body.accessList(), excluded(body, call));
        for (int round = 0; round < ROUNDS_MAX; round++) {
            List<AccessListEntry> list = known.entries();
            TransactionBody tried = CallContexts.withAccessList(body, list);
            AccessListTracer tracer = new AccessListTracer(list, excluded(body, call));
            TransactionOutcome outcome =
                    TrialRun.run(
                            new JournaledState(state),
                            block,
                            tried,
                            call.from(),
                            TrialRun.Checks.CALL,
                            gas,
                            DeadlineTracer.around(tracer, deadlineNanos));
            switch (outcome) {
                case TransactionOutcome.Refused refused ->
                        throw new RpcError(
                                RpcError.SERVER_ERROR,
                                "failed to apply transaction: err: "
                                        + Refusals.words(
                                                refused.reason(),
                                                tried,
                                                call.from(),
                                                account,
                                                block));
                case TransactionOutcome.Executed executed -> {
                    if (tracer.entries().equals(list)) {
                        return view(list, executed, tracer.failure());
                    }
                }
            }
            known = tracer;
        }
        throw new RpcError(RpcError.SERVER_ERROR, "the access list keeps growing");
    }

    /// Sender, receiver, and authorities: their access costs nothing more. Precompiled contracts
    /// the tracer leaves out by itself.
    private List<Address> excluded(TransactionBody body, CallArguments call) {
        java.util.ArrayList<Address> excluded = new java.util.ArrayList<>();
        excluded.add(call.from());
        Address to = body.to();
        excluded.add(to == null ? Address.ofCreate(call.from(), body.nonce()) : to);
        UInt256 chainId = chain.spec().chainId();
        for (Authorization tuple : body.authorizations()) {
            boolean here = tuple.chainId().isZero() || tuple.chainId().equals(chainId);
            if (here && tuple.nonce() != -1L) {
                tuple.authority().ifPresent(excluded::add);
            }
        }
        excluded.addAll(
                org.assay.evm.precompile.Precompiles.forFork(
                                chain.contexts().forkOf(chain.head().header()))
                        .addresses());
        return excluded;
    }

    private static Map<String, Object> view(
            List<AccessListEntry> list,
            TransactionOutcome.Executed executed,
            Optional<String> failure) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put(
                "accessList",
                list.stream()
                        .map(
                                entry ->
                                        Map.of(
                                                "address",
                                                entry.address().toString(),
                                                "storageKeys",
                                                entry.storageKeys().stream()
                                                        .map(Hash::toString)
                                                        .toList()))
                        .toList());
        HaltReason halt = executed.halt();
        if (halt != null) {
            object.put("error", failure.orElse(halt.text()));
        }
        object.put("gasUsed", "0x" + Long.toHexString(executed.gasUsed()));
        return object;
    }
}
