package org.assay.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.assay.chain.Emissions;
import org.assay.chain.SupplyAudit;
import org.assay.consensus.emission.Axis;
import org.assay.consensus.emission.LedgerRow;
import org.assay.consensus.emission.Milestones;
import org.assay.consensus.emission.Policy;
import org.assay.consensus.emission.Schedule;
import org.assay.consensus.emission.Split;
import org.assay.primitives.block.Header;
import org.jspecify.annotations.Nullable;

/// `assay_emissionSchedule`, `assay_emissionAt` and `assay_emissionAudit`: what the chain's
/// policy creates, and whether it did. Amounts are
/// decimal texts in the policy's smallest unit.
final class EmissionMethods implements Methods {
    private final Backend backend;
    private final Blocks blocks;

    EmissionMethods(Backend backend) {
        this.backend = backend;
        this.blocks = new Blocks(backend.chain());
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        return Map.of(
                "assay_emissionSchedule", this::schedule,
                "assay_emissionAt", this::at,
                "assay_emissionAudit", this::audit);
    }

    private Policy policy() {
        return backend.chain()
                .spec()
                .assay()
                .map(Emissions::policyOf)
                .orElseThrow(
                        () ->
                                new RpcError(
                                        RpcError.SERVER_ERROR,
                                        "this chain's genesis has no config.assay"));
    }

    /// Parameter: block number or tag, `latest` if left out.
    private Object schedule(Params params) {
        Policy policy = policy();
        long number = blocks.require(params.optional(0));
        Header header = blocks.header(number);
        LedgerRow row =
                backend.chain().contexts().viewsAfter(header, blocks.state(number)).ledger();
        Policy.Version version = policy.versionAt(number + 1, row.clock());
        Schedule schedule = version.schedule();
        String period = version.period().name().toLowerCase(Locale.ROOT);
        BigInteger index = Milestones.index(version, row, number + 1);
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("policy", policy.name());
        object.put("version", version.number());
        object.put("unit", policy.unit());
        object.put("decimals", policy.decimals());
        object.put("cap", version.cap().toString());
        object.put("blockNumber", number);
        object.put("index", index.toString());
        object.put("indexBy", schedule.axis().key());
        object.put("rate", schedule.amount(index).toString());
        object.put("per", period);
        object.put("halvings", schedule.level(index));
        object.put(
                "toNextHalving",
                Milestones.toNextHalving(version, row, number + 1)
                        .map(BigInteger::toString)
                        .orElse(null));
        object.put("halted", row.halted());
        object.put("split", split(version.split()));
        object.put("milestones", milestones(schedule));
        return object;
    }

    /// What each part gets of 10,000 units.
    private static List<Map<String, Object>> split(Split split) {
        List<Map<String, Object>> parts = new ArrayList<>();
        for (Split.Share share : split.divide(BigInteger.valueOf(10_000))) {
            Map<String, Object> part = new LinkedHashMap<>();
            part.put("name", share.name());
            part.put("bps", share.amount().longValueExact());
            part.put("to", share.leaf().target().name().toLowerCase(Locale.ROOT));
            parts.add(part);
        }
        return parts;
    }

    private static List<Map<String, String>> milestones(Schedule schedule) {
        List<Map<String, String>> rows = new ArrayList<>();
        for (BigInteger index : Milestones.of(schedule)) {
            rows.add(
                    Map.of("index", index.toString(), "amount", schedule.amount(index).toString()));
        }
        return rows;
    }

    /// Parameter: block number or tag, `latest` if left out. Walks all accounts.
    private Object audit(Params params) {
        policy();
        long number = blocks.require(params.optional(0));
        SupplyAudit audit =
                backend.audit(number)
                        .orElseThrow(
                                () ->
                                        new RpcError(
                                                RpcError.SERVER_ERROR,
                                                "the state of block "
                                                        + number
                                                        + " is pruned: ask an archive node"));
        LedgerRow row = audit.ledger();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("blockNumber", audit.number());
        object.put("genesisWei", audit.genesisWei().toString());
        object.put("mintedWei", row.mintedWei().toString());
        object.put("burnedWei", row.burnedWei().toString());
        object.put("recycledWei", row.recycledWei().toString());
        object.put("notEmittedWei", row.notEmittedWei().toString());
        object.put("supplyWei", audit.supplyWei().toString());
        object.put("balancesWei", audit.balancesWei().toString());
        object.put("agrees", audit.agrees());
        return object;
    }

    /// Parameters: `height`, `time` or `issuance`, and the index as a decimal text or a quantity.
    private Object at(Params params) {
        Policy policy = policy();
        String axis = params.text(0);
        for (Policy.Version version : policy.versions().reversed()) {
            Schedule schedule = version.schedule();
            if (schedule.axis().key().equals(axis)) {
                return Map.of(
                        "amount", schedule.amount(index(params)).toString(), "unit", policy.unit());
            }
        }
        Axis own = policy.versions().getLast().schedule().axis();
        throw RpcError.invalidParams(
                "argument 0: the chain's schedule goes by " + own.key() + ", not by " + axis);
    }

    private static BigInteger index(Params params) {
        JsonNode node = params.node(1);
        return node.isTextual() && node.asText().matches("[0-9]{1,78}")
                ? new BigInteger(node.asText())
                : params.quantity(1).toBigInteger();
    }
}
