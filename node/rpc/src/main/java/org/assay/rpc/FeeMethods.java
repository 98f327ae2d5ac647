package org.assay.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.assay.chain.BaseFee;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainHead;
import org.assay.evm.BlobSchedule;
import org.assay.evm.Fork;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Transaction;
import org.jspecify.annotations.Nullable;

/// `eth_*` about fees, in wei a unit of gas.
final class FeeMethods implements Methods {
    /// Blocks of one fee history, as geth has it.
    private static final int HISTORY_BLOCKS_MAX = 1_024;

    private static final int PERCENTILES_MAX = 100;

    /// Blocks that a suggestion of a tip looks back, and transactions it looks at in each.
    private static final int TIP_BLOCKS = 20;

    private static final int TIP_SAMPLES = 3;
    private static final int TIP_PERCENTILE = 60;

    private final Backend backend;
    private final Blocks blocks;
    private volatile Suggestion suggestion = new Suggestion(Hash.ZERO, UInt256.ZERO);

    /// A tip, and the head it was found under.
    private record Suggestion(Hash head, UInt256 tip) {}

    FeeMethods(Backend backend) {
        this.backend = backend;
        this.blocks = new Blocks(backend.chain());
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        return Map.of(
                "eth_gasPrice", this::gasPrice,
                "eth_maxPriorityFeePerGas", params -> suggestedTip().toQuantity(),
                "eth_baseFee", this::nextBaseFee,
                "eth_blobBaseFee", this::blobBaseFee,
                "eth_feeHistory", this::feeHistory);
    }

    private Object gasPrice(Params params) {
        UInt256 baseFee = Views.baseFee(backend.chain().head().header());
        return baseFee.add(suggestedTip()).toQuantity();
    }

    /// What the cheapest transactions of the last blocks tipped, at a percentile.
    private UInt256 suggestedTip() {
        ChainHead head = backend.chain().head();
        Suggestion known = suggestion;
        if (known.head().equals(head.hash())) {
            return known.tip();
        }
        List<UInt256> tips = new ArrayList<>();
        for (long n = head.number(); n > Math.max(0, head.number() - TIP_BLOCKS); n--) {
            backend.chain()
                    .blockAt(n)
                    .ifPresent(
                            block -> {
                                UInt256 baseFee = Views.baseFee(block.header());
                                block.transactions().stream()
                                        .map(transaction -> tip(transaction, baseFee))
                                        .filter(tip -> !tip.isZero())
                                        .sorted()
                                        .limit(TIP_SAMPLES)
                                        .forEach(tips::add);
                            });
        }
        tips.sort(Comparator.naturalOrder());
        UInt256 tip =
                tips.isEmpty() ? UInt256.ZERO : tips.get((tips.size() - 1) * TIP_PERCENTILE / 100);
        suggestion = new Suggestion(head.hash(), tip);
        return tip;
    }

    private static UInt256 tip(Transaction transaction, UInt256 baseFee) {
        UInt256 price = transaction.effectiveGasPrice(baseFee);
        return price.compareTo(baseFee) <= 0 ? UInt256.ZERO : price.subtract(baseFee);
    }

    private @Nullable Object nextBaseFee(Params params) {
        UInt256 fee = childBaseFee(backend.chain().head().header());
        return fee == null ? null : fee.toQuantity();
    }

    private @Nullable UInt256 childBaseFee(Header header) {
        Blockchain chain = backend.chain();
        Fork fork = chain.contexts().forkOf(header);
        return BaseFee.ofChild(chain.spec(), header, fork);
    }

    private Object blobBaseFee(Params params) {
        Header header = backend.chain().head().header();
        if (header.excessBlobGas() == null) {
            throw new RpcError(RpcError.SERVER_ERROR, "blob transactions are not there yet");
        }
        return backend.chain().contexts().of(header).blobBaseFee().toQuantity();
    }

    private Object feeHistory(Params params) {
        UInt256 asked = params.quantity(0);
        long newest = blocks.require(params.optional(1));
        List<Double> percentiles = percentiles(params.optional(2));
        long most =
                asked.fitsLong() ? Math.min(asked.w3(), HISTORY_BLOCKS_MAX) : HISTORY_BLOCKS_MAX;
        Map<String, Object> history = new LinkedHashMap<>();
        if (most == 0) {
            history.put("oldestBlock", "0x0");
            history.put("gasUsedRatio", List.of());
            return history;
        }
        long oldest = Math.max(0, newest - most + 1);
        Columns columns = new Columns();
        for (long n = oldest; n <= newest; n++) {
            addBlock(n, percentiles, columns);
        }
        Header last = blocks.header(newest);
        UInt256 next = childBaseFee(last);
        columns.fees.add((next == null ? UInt256.ZERO : next).toQuantity());
        columns.blobFees.add(childBlobFee(last).toQuantity());
        history.put("oldestBlock", Views.quantity(oldest));
        history.put("baseFeePerGas", columns.fees);
        history.put("gasUsedRatio", columns.ratios);
        history.put("baseFeePerBlobGas", columns.blobFees);
        history.put("blobGasUsedRatio", columns.blobRatios);
        if (!percentiles.isEmpty()) {
            history.put("reward", columns.rewards);
        }
        return history;
    }

    /// The columns of a fee history, a row for each block.
    private static final class Columns {
        private final List<String> fees = new ArrayList<>();
        private final List<Double> ratios = new ArrayList<>();
        private final List<String> blobFees = new ArrayList<>();
        private final List<Double> blobRatios = new ArrayList<>();
        private final List<List<String>> rewards = new ArrayList<>();
    }

    private static List<Double> percentiles(Optional<JsonNode> list) {
        List<Double> percentiles = new ArrayList<>();
        if (list.isEmpty()) {
            return percentiles;
        }
        if (!list.get().isArray() || list.get().size() > PERCENTILES_MAX) {
            throw RpcError.invalidParams(
                    "argument 2 is not a list of at most " + PERCENTILES_MAX + " percentiles");
        }
        for (JsonNode node : list.get()) {
            double percentile = node.asDouble(-1);
            if (!node.isNumber() || percentile < 0 || percentile > 100) {
                throw RpcError.invalidParams("invalid reward percentile: 0 to 100");
            }
            percentiles.add(percentile);
        }
        return percentiles;
    }

    private void addBlock(long number, List<Double> percentiles, Columns columns) {
        Header header = blocks.header(number);
        BlobSchedule blobs = backend.chain().spec().forks().blobsAt(header.timestamp());
        Long excess = header.excessBlobGas();
        Long blobGas = header.blobGasUsed();
        columns.fees.add(Views.baseFee(header).toQuantity());
        columns.ratios.add((double) header.gasUsed() / header.gasLimit());
        columns.blobFees.add(
                (excess == null ? UInt256.ZERO : blobs.blobBaseFee(excess)).toQuantity());
        columns.blobRatios.add(
                blobGas == null || blobs.maxBlobs() == 0
                        ? 0.0
                        : (double) blobGas / blobs.maxBlobGas());
        if (!percentiles.isEmpty()) {
            columns.rewards.add(rewards(number, header, percentiles));
        }
    }

    private UInt256 childBlobFee(Header header) {
        Blockchain chain = backend.chain();
        Long excess =
                chain.contexts()
                        .childExcessBlobGas(
                                header, chain.contexts().forkOf(header), header.timestamp());
        return excess == null
                ? UInt256.ZERO
                : chain.spec().forks().blobsAt(header.timestamp()).blobBaseFee(excess);
    }

    /// Effective tips at percentiles of the block's gas, cheapest first.
    private List<String> rewards(long number, Header header, List<Double> percentiles) {
        Optional<Blockchain.Stored> found = backend.chain().storedAt(number);
        if (found.isEmpty() || found.get().receipts().isEmpty()) {
            return percentiles.stream().map(p -> "0x0").toList();
        }
        record Paid(UInt256 tip, long gas) {}
        List<Paid> paid = new ArrayList<>();
        long before = 0;
        for (int i = 0; i < found.get().receipts().size(); i++) {
            long cumulative = found.get().receipts().get(i).cumulativeGasUsed();
            Transaction transaction = found.get().block().transactions().get(i);
            paid.add(new Paid(tip(transaction, Views.baseFee(header)), cumulative - before));
            before = cumulative;
        }
        paid.sort(Comparator.comparing(Paid::tip));
        List<String> rewards = new ArrayList<>();
        for (double percentile : percentiles) {
            int at = 0;
            long sum = paid.getFirst().gas();
            long threshold = (long) (header.gasUsed() * percentile / 100);
            while (sum < threshold && at < paid.size() - 1) {
                sum += paid.get(++at).gas();
            }
            rewards.add(paid.get(at).tip().toQuantity());
        }
        return rewards;
    }
}
