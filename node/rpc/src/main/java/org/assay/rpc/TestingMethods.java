package org.assay.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.assay.chain.BlockBuilder;
import org.assay.chain.ChainHead;
import org.assay.chain.ExecutedBlock;
import org.assay.chain.pool.PoolLimits;
import org.assay.chain.pool.TransactionPool;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.BlobSidecar;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.Withdrawal;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.state.Account;
import org.assay.rpc.simulate.Refusals;
import org.jspecify.annotations.Nullable;

/// `testing_buildBlockV1`: a block on the head as an execution payload, made and thrown away. For
/// this machine and holders of a token, for it may cost as much as a block does.
final class TestingMethods implements Methods {
    /// What a chain without another rule moves its gas limit to, as geth does.
    private static final long GAS_LIMIT_AIM = 60_000_000;

    private static final int EXTRA_BYTES_MAX = 32;

    private final Backend backend;

    TestingMethods(Backend backend) {
        this.backend = backend;
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        return Map.of("testing_buildBlockV1", this::build);
    }

    @Override
    public boolean isGuarded() {
        return true;
    }

    /// A transaction as a client gave it.
    private record Given(RecoveredTransaction recovered, Optional<BlobSidecar> sidecar) {}

    private Object build(Params params) {
        ChainHead head = backend.chain().head();
        if (!params.hash(0).equals(head.hash())) {
            throw RpcError.invalidParams("argument 0: the parent can only be the head here");
        }
        Bytes extraData = params.has(3) ? params.bytes(3) : Bytes.EMPTY;
        if (extraData.size() > EXTRA_BYTES_MAX) {
            throw RpcError.invalidParams("argument 3: more than 32 bytes of extra data");
        }
        BlockBuilder.Plan plan = plan(head.header(), params.node(1), extraData);
        BlockBuilder builder = new BlockBuilder(backend.chain());
        if (params.optional(2).isEmpty()) {
            return envelope(builder.build(head, plan, waiting(head)).block(), List.of());
        }
        List<Given> given = given(params.node(2));
        List<RecoveredTransaction> transactions = given.stream().map(Given::recovered).toList();
        return switch (builder.make(head, plan, transactions)) {
            case BlockBuilder.Made.Whole whole ->
                    envelope(
                            whole.block(),
                            given.stream().flatMap(g -> g.sidecar.stream()).toList());
            case BlockBuilder.Made.Refused refused ->
                    throw refusal(head, transactions.get(refused.index()), refused);
        };
    }

    private RpcError refusal(
            ChainHead head, RecoveredTransaction one, BlockBuilder.Made.Refused refused) {
        Account account = head.state().account(one.sender());
        return new RpcError(
                RpcError.SERVER_ERROR,
                Refusals.words(
                        refused.reason(),
                        one.transaction().body(),
                        one.sender(),
                        account == null ? Account.EMPTY : account,
                        backend.chain().contexts().of(head.header())));
    }

    private static BlockBuilder.Plan plan(Header parent, JsonNode attributes, Bytes extraData) {
        if (!attributes.isObject()) {
            throw RpcError.invalidParams("argument 1 is not an object");
        }
        UInt256 timestamp = Params.quantity(attributes.path("timestamp"), "timestamp");
        if (!timestamp.fitsLong() || timestamp.w3() <= parent.timestamp()) {
            throw RpcError.invalidParams("timestamp: not after the parent's");
        }
        long step = Math.max(0, parent.gasLimit() / 1024 - 1);
        long gasLimit =
                Math.clamp(GAS_LIMIT_AIM, parent.gasLimit() - step, parent.gasLimit() + step);
        return new BlockBuilder.Plan(
                timestamp.w3(),
                Params.address(
                        attributes.path("suggestedFeeRecipient").asText(), "suggestedFeeRecipient"),
                extraData,
                Optional.empty(),
                withdrawals(attributes.path("withdrawals")),
                new BlockBuilder.Overrides(
                        Optional.of(gasLimit),
                        Optional.empty(),
                        Optional.of(hash(attributes, "prevRandao")),
                        Optional.of(hash(attributes, "parentBeaconBlockRoot"))));
    }

    private static Hash hash(JsonNode attributes, String name) {
        return attributes.hasNonNull(name)
                ? Params.hash(attributes.get(name).asText(), name)
                : Hash.ZERO;
    }

    private static List<Withdrawal> withdrawals(JsonNode array) {
        List<Withdrawal> withdrawals = new ArrayList<>();
        for (JsonNode item : array) {
            withdrawals.add(
                    new Withdrawal(
                            number(item, "index"),
                            number(item, "validatorIndex"),
                            Params.address(item.path("address").asText(), "address"),
                            number(item, "amount")));
        }
        return withdrawals;
    }

    private static long number(JsonNode item, String name) {
        UInt256 value = Params.quantity(item.path(name), name);
        if (!value.fitsLong()) {
            throw RpcError.invalidParams(name + ": above 2^63");
        }
        return value.w3();
    }

    private static List<Given> given(JsonNode array) {
        if (!array.isArray()) {
            throw RpcError.invalidParams("argument 2 is neither an array nor null");
        }
        List<Given> given = new ArrayList<>();
        for (JsonNode item : array) {
            Bytes encoded = Params.bytes(item.asText(), "a transaction");
            try {
                boolean wrapped = BlobSidecar.isWrapped(encoded);
                BlobSidecar.Wrapped whole = wrapped ? BlobSidecar.decode(encoded) : null;
                Transaction transaction =
                        whole == null ? Transaction.decode(encoded) : whole.transaction();
                RecoveredTransaction recovered =
                        transaction
                                .recover()
                                .orElseThrow(() -> RpcError.invalidParams("invalid sender"));
                given.add(
                        new Given(
                                recovered,
                                Optional.ofNullable(whole).map(BlobSidecar.Wrapped::sidecar)));
            } catch (RlpException e) {
                throw RpcError.invalidParams("a transaction: " + e.getMessage());
            }
        }
        return given;
    }

    /// What waits and could be in the next block, but for blob transactions.
    private TransactionPool waiting(ChainHead head) {
        TransactionPool pool =
                new TransactionPool(
                        backend.chain().spec().chainId(),
                        PoolLimits.STANDARD,
                        () -> backend.chain().contexts().forkOf(head.header()));
        for (List<TransactionPool.Entry> queue : backend.poolContent().values()) {
            for (TransactionPool.Entry entry : queue) {
                if (entry.transaction().type() == Transaction.BLOB) {
                    break;
                }
                var _ =
                        pool.add(
                                entry.recovered(),
                                head.state(),
                                Views.baseFee(head.header()),
                                head.header().gasLimit());
            }
        }
        return pool;
    }

    private static Map<String, Object> envelope(ExecutedBlock made, List<BlobSidecar> sidecars) {
        Map<String, Object> bundle = new LinkedHashMap<>();
        bundle.put("commitments", texts(sidecars, BlobSidecar::commitments));
        bundle.put("proofs", texts(sidecars, BlobSidecar::proofs));
        bundle.put("blobs", texts(sidecars, BlobSidecar::blobs));
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("executionPayload", payload(made));
        envelope.put("blockValue", value(made).toQuantity());
        envelope.put("blobsBundle", bundle);
        envelope.put(
                "executionRequests",
                made.outcome().requests().stream().map(Bytes::toString).toList());
        envelope.put("shouldOverrideBuilder", false);
        return envelope;
    }

    private static List<String> texts(
            List<BlobSidecar> sidecars, Function<BlobSidecar, List<Bytes>> part) {
        return sidecars.stream()
                .flatMap(sidecar -> part.apply(sidecar).stream())
                .map(Bytes::toString)
                .toList();
    }

    /// What the proposer gets, in wei.
    private static UInt256 value(ExecutedBlock made) {
        UInt256 baseFee = Views.baseFee(made.block().header());
        UInt256 value = UInt256.ZERO;
        long before = 0;
        for (int i = 0; i < made.block().transactions().size(); i++) {
            Receipt receipt = made.outcome().receipts().get(i);
            UInt256 tip =
                    made.block().transactions().get(i).effectiveGasPrice(baseFee).subtract(baseFee);
            value = value.add(tip.multiply(UInt256.of(receipt.cumulativeGasUsed() - before)));
            before = receipt.cumulativeGasUsed();
        }
        return value;
    }

    private static Map<String, Object> payload(ExecutedBlock made) {
        Header header = made.block().header();
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("parentHash", header.parentHash().toString());
        payload.put("feeRecipient", header.coinbase().toString());
        payload.put("stateRoot", header.stateRoot().toString());
        payload.put("receiptsRoot", header.receiptsRoot().toString());
        payload.put("logsBloom", header.logsBloom().toString());
        payload.put("prevRandao", header.mixHash().toString());
        payload.put("blockNumber", Views.quantity(header.number()));
        payload.put("gasLimit", Views.quantity(header.gasLimit()));
        payload.put("gasUsed", Views.quantity(header.gasUsed()));
        payload.put("timestamp", Views.quantity(header.timestamp()));
        payload.put("extraData", header.extraData().toString());
        payload.put("baseFeePerGas", Views.baseFee(header).toQuantity());
        payload.put("blockHash", made.hash().toString());
        payload.put(
                "transactions",
                made.block().transactions().stream().map(one -> one.encoded().toString()).toList());
        List<Withdrawal> withdrawals = made.block().withdrawals();
        if (withdrawals != null) {
            payload.put("withdrawals", withdrawals.stream().map(Views::withdrawal).toList());
        }
        Long blobGasUsed = header.blobGasUsed();
        Long excessBlobGas = header.excessBlobGas();
        if (blobGasUsed != null && excessBlobGas != null) {
            payload.put("blobGasUsed", Views.quantity(blobGasUsed));
            payload.put("excessBlobGas", Views.quantity(excessBlobGas));
        }
        return payload;
    }
}
