package org.assay.rpc.simulate;

import java.util.ArrayList;
import java.util.List;
import org.assay.evm.Failure;
import org.assay.evm.Opcode;
import org.assay.evm.Tracer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Log;
import org.jspecify.annotations.Nullable;

/// Collects the logs of a simulated call and, if asked, transfers of the native coin as logs of
/// ERC-20's shape. Logs of failed frames are dropped, but have taken their numbers.
final class TransferTracer implements Tracer {
    private static final Hash TRANSFER =
            Hash.fromHex("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
    private static final Address NATIVE =
            Address.fromHex("0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee");

    /// A log with its number in the block.
    record Numbered(int index, Log log) {}

    private final boolean withTransfers;
    private final List<List<Numbered>> frames = new ArrayList<>();
    private List<Numbered> kept = List.of();
    private int count;
    private @Nullable Failure failure;

    TransferTracer(boolean withTransfers, int logsBefore) {
        this.withTransfers = withTransfers;
        this.count = logsBefore;
    }

    @Override
    public void enter(
            int depth, int opcode, Address from, Address to, Bytes input, long gas, UInt256 value) {
        frames.add(new ArrayList<>());
        boolean moves = opcode != Opcode.DELEGATECALL && opcode != Opcode.STATICCALL;
        if (moves && !value.isZero()) {
            transfer(from, to, value);
        }
    }

    private void transfer(Address from, Address to, UInt256 value) {
        if (withTransfers) {
            List<Hash> topics = List.of(TRANSFER, from.toWord().toHash(), to.toWord().toHash());
            add(new Log(NATIVE, topics, value.toHash().toBytes()));
        }
    }

    private void add(Log log) {
        frames.getLast().add(new Numbered(count++, log));
    }

    @Override
    public void exit(int depth, Bytes output, long gasUsed, @Nullable Failure reason) {
        List<Numbered> ended = frames.removeLast();
        List<Numbered> logs = reason == null ? ended : List.of();
        if (depth == 0) {
            kept = logs;
            failure = reason;
        } else {
            frames.getLast().addAll(logs);
        }
    }

    @Override
    public void log(int depth, int index, Log log) {
        add(log);
    }

    @Override
    public void selfdestruct(int depth, Address account, Address beneficiary, UInt256 balance) {
        if (!balance.isZero()) {
            transfer(account, beneficiary, balance);
        }
    }

    List<Numbered> logs() {
        return kept;
    }

    /// The number of the block's next log.
    int count() {
        return count;
    }

    /// Why the outermost call failed, or null.
    @Nullable Failure failure() {
        return failure;
    }
}
