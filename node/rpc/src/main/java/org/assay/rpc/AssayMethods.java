package org.assay.rpc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.assay.chain.AssayConfig;
import org.assay.chain.ChainHead;
import org.assay.chain.system.ContractViews;
import org.assay.consensus.emission.LedgerRow;
import org.assay.primitives.block.Header;
import org.jspecify.annotations.Nullable;

/// `assay_*`: the beacon, sidecars, verdicts and the ledger.
final class AssayMethods implements Methods {
    private final Backend backend;
    private final Blocks blocks;

    AssayMethods(Backend backend) {
        this.backend = backend;
        this.blocks = new Blocks(backend.chain());
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        return Map.of(
                "assay_config", this::config,
                "assay_beacon", this::beacon,
                "assay_ledger", this::ledger,
                "assay_validators", this::validators,
                "assay_submitSidecar", this::submitSidecar,
                "assay_getSidecar", this::getSidecar,
                "assay_verdictDetail", this::verdictDetail);
    }

    private AssayConfig assay() {
        return backend.chain()
                .spec()
                .assay()
                .orElseThrow(
                        () ->
                                new RpcError(
                                        RpcError.SERVER_ERROR,
                                        "this chain's genesis has no config.assay"));
    }

    private Object config(Params params) {
        AssayConfig config = assay();
        int validators = backend.chain().head().nextValidators().size();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("epochBlocks", config.epochBlocks());
        object.put("baseFeePerGasWei", config.baseFeePerGasWei().toString());
        object.put("treasury", config.treasury().toString());
        object.put("emission", config.emission());
        object.put("sidecarBytesMax", config.sidecarBytesMax());
        object.put("proofs", config.proofs());
        object.put("validators", validators);
        object.put(
                "warnings",
                validators < 4
                        ? List.of(
                                "fewer than 4 validators: no security against the validators"
                                        + " themselves")
                        : List.of());
        return object;
    }

    private ContractViews views(Params params, int index) {
        assay();
        long number = blocks.require(params.optional(index));
        Header header = blocks.header(number);
        return backend.chain().contexts().viewsAfter(header, blocks.state(number));
    }

    private Object beacon(Params params) {
        assay();
        ChainHead head = backend.chain().head();
        long number = blocks.require(params.optional(0));
        return backend.chain()
                .contexts()
                .viewsAfter(head.header(), head.state())
                .mix(number)
                .toString();
    }

    private Object ledger(Params params) {
        LedgerRow row = views(params, 0).ledger();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("mintedWei", row.mintedWei().toString());
        object.put("burnedWei", row.burnedWei().toString());
        object.put("recycledWei", row.recycledWei().toString());
        object.put("notEmittedWei", row.notEmittedWei().toString());
        object.put("remainderWei", row.remainderWei().toString());
        object.put("clock", row.clock());
        object.put("nextWithdrawalIndex", row.nextWithdrawalIndex());
        object.put("epochAccruedWei", row.epochAccruedWei().toString());
        object.put("closedEpoch", row.closedEpoch());
        object.put("closedEpochAllowanceWei", row.closedEpochAllowanceWei().toString());
        object.put("halted", row.halted());
        return object;
    }

    private Object validators(Params params) {
        return backend.chain().head().nextValidators().stream().map(Object::toString).toList();
    }

    private Object submitSidecar(Params params) {
        assay();
        Optional<String> wrong = backend.submitSidecar(params.hash(0), params.bytes(1));
        if (wrong.isPresent()) {
            throw new RpcError(RpcError.SERVER_ERROR, wrong.get());
        }
        return true;
    }

    private @Nullable Object getSidecar(Params params) {
        return backend.sidecar(params.hash(0)).map(Object::toString).orElse(null);
    }

    private @Nullable Object verdictDetail(Params params) {
        return backend.verdictDetail(params.hash(0)).orElse(null);
    }
}
