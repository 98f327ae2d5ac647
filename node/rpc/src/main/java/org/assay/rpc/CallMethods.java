package org.assay.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.math.BigInteger;
import java.util.Map;
import java.util.function.Function;
import org.assay.evm.BlockContext;
import org.assay.evm.Fork;
import org.assay.evm.HaltReason;
import org.assay.evm.JournaledState;
import org.assay.evm.Tracer;
import org.assay.evm.TransactionError;
import org.assay.evm.TransactionOutcome;
import org.assay.evm.TransactionOutcome.Executed;
import org.assay.evm.TransactionOutcome.Refused;
import org.assay.evm.TrialRun;
import org.assay.evm.precompile.Precompiles;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateView;
import org.assay.rpc.debug.DeadlineTracer;
import org.assay.rpc.simulate.BlockOverrides;
import org.assay.rpc.simulate.CallArguments;
import org.assay.rpc.simulate.CallContexts;
import org.assay.rpc.simulate.OverlaidState;
import org.assay.rpc.simulate.Refusals;
import org.assay.rpc.simulate.StateOverrides;
import org.jspecify.annotations.Nullable;

/// `eth_call` and `eth_estimateGas`, with state and block overrides: messages without signatures,
/// run on a state and thrown away.
final class CallMethods implements Methods {
    private static final long TRANSFER_GAS = 21_000;
    private static final long CALL_STIPEND = 2_300;

    /// Gas of one transaction from Osaka on (EIP-7825).
    private static final long TRANSACTION_GAS_MAX = 1 << 24;

    private final Backend backend;
    private final Blocks blocks;
    private final RpcLimits limits;

    CallMethods(Backend backend, RpcLimits limits) {
        this.backend = backend;
        this.limits = limits;
        this.blocks = new Blocks(backend.chain());
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        return Map.of("eth_call", this::call, "eth_estimateGas", this::estimateGas);
    }

    /// A message and what it runs on. `deadlineNanos` by [System#nanoTime].
    private record Trial(
            CallArguments arguments,
            StateView state,
            BlockContext context,
            Precompiles precompiles,
            long deadlineNanos) {
        Account sender() {
            Account account = state.account(arguments.from());
            return account == null ? Account.EMPTY : account;
        }

        TransactionBody body(long gas) {
            return arguments.body(UInt256.of(context.chainId()), gas, sender().nonce());
        }

        TransactionOutcome run(long gas) {
            TransactionBody body = body(gas);
            JournaledState journal = new JournaledState(state);
            journal.fixPrecompiles(precompiles);
            return TrialRun.run(
                    journal,
                    CallContexts.freeOfFees(context, body),
                    body,
                    arguments.from(),
                    TrialRun.Checks.CALL,
                    gas,
                    DeadlineTracer.around(Tracer.NONE, deadlineNanos));
        }

        boolean succeeds(long gas) {
            return run(gas) instanceof Executed executed && executed.success();
        }
    }

    private Trial trial(Params params) {
        CallArguments arguments =
                CallArguments.read(params.node(0), backend.chain().spec().chainId());
        long number = blocks.require(params.optional(1));
        StateOverrides overrides = StateOverrides.read(object(params, 2));
        BlockContext context =
                BlockOverrides.read(object(params, 3))
                        .on(backend.chain().contexts().of(blocks.header(number)));
        Precompiles precompiles = overrides.precompiles(Precompiles.forFork(context.fork()));
        OverlaidState state = new OverlaidState(blocks.state(number));
        state.add(overrides.changes(state));
        long deadline = System.nanoTime() + limits.work().callMillisMax() * 1_000_000;
        return new Trial(arguments, state, context, precompiles, deadline);
    }

    private static JsonNode object(Params params, int index) {
        JsonNode node = params.optional(index).orElse(MissingNode.getInstance());
        if (!node.isMissingNode() && !node.isObject()) {
            throw RpcError.invalidParams("argument " + index + " is not an object");
        }
        return node;
    }

    private Object call(Params params) {
        Trial trial = trial(params);
        long gas = trial.arguments().gasWithin(limits.work().callGasMax());
        return switch (trial.run(gas)) {
            case Refused refused -> throw refusal(trial, gas, refused.reason());
            case Executed executed -> {
                throwIfFailed(executed);
                yield executed.output().toString();
            }
        };
    }

    private static RpcError refusal(Trial trial, long gas, TransactionError reason) {
        return new RpcError(
                RpcError.SERVER_ERROR,
                Refusals.words(
                        reason,
                        trial.body(gas),
                        trial.arguments().from(),
                        trial.sender(),
                        trial.context()));
    }

    private static void throwIfFailed(Executed executed) {
        HaltReason halt = executed.halt();
        if (halt == HaltReason.REVERT) {
            Bytes output = executed.output();
            String reason = RevertReason.of(output);
            throw new RpcError(
                    RpcError.EXECUTION_REVERTED,
                    "execution reverted" + (reason == null ? "" : ": " + reason),
                    output.toString());
        }
        if (halt != null) {
            throw new RpcError(RpcError.SERVER_ERROR, halt.text());
        }
    }

    private Object estimateGas(Params params) {
        Trial trial = trial(params);
        Header header = blocks.header(blocks.require(params.optional(1)));
        long most = affordable(trial, gasMost(trial, header));
        if (isTransfer(trial) && most >= TRANSFER_GAS && trial.succeeds(TRANSFER_GAS)) {
            return Views.quantity(TRANSFER_GAS);
        }
        return Views.quantity(estimate(trial, most));
    }

    private long gasMost(Trial trial, Header header) {
        UInt256 asked = trial.arguments().gas().orElse(UInt256.of(header.gasLimit()));
        boolean isCapped = trial.context().fork().isAtLeast(Fork.OSAKA);
        long cap =
                isCapped
                        ? Math.min(TRANSACTION_GAS_MAX, limits.work().callGasMax())
                        : limits.work().callGasMax();
        return asked.fitsLong() ? Math.min(asked.w3(), cap) : cap;
    }

    /// `gas`, or what the sender's balance pays for at the price offered, if that is less.
    private static long affordable(Trial trial, long gas) {
        TransactionBody body = trial.body(gas);
        if (body.maxFeePerGas().isZero()) {
            return gas;
        }
        BigInteger left =
                trial.sender().balance().toBigInteger().subtract(body.value().toBigInteger());
        if (left.signum() < 0) {
            throw new RpcError(RpcError.SERVER_ERROR, "insufficient funds for transfer");
        }
        BigInteger pays = left.divide(body.maxFeePerGas().toBigInteger());
        return pays.bitLength() < 63 ? Math.min(gas, pays.longValueExact()) : gas;
    }

    private static boolean isTransfer(Trial trial) {
        Address to = trial.arguments().to();
        if (to == null
                || !trial.arguments().input().isEmpty()
                || !trial.arguments().authorizations().isEmpty()
                || trial.precompiles().at(to) != null) {
            return false;
        }
        Account account = trial.state().account(to);
        return account == null || !account.hasCode();
    }

    /// The least gas with which the message succeeds, by bisection to within half a hundredth.
    private static long estimate(Trial trial, long most) {
        Executed full =
                switch (trial.run(most)) {
                    case Refused refused -> throw tooLittle(trial, most, refused.reason());
                    case Executed executed -> executed;
                };
        if (full.halt() != null && full.halt() != HaltReason.REVERT) {
            throw new RpcError(
                    RpcError.SERVER_ERROR, "gas required exceeds allowance (" + most + ")");
        }
        throwIfFailed(full);
        long low = full.gasUsed() - 1;
        long high = most;
        long likely = (full.gasSpent() + CALL_STIPEND) * 64 / 63;
        if (likely < high) {
            if (trial.succeeds(likely)) {
                high = likely;
            } else {
                low = likely;
            }
        }
        while (low + 1 < high) {
            if ((high - low) * 200 < high && high - low < 500) {
                break;
            }
            // Most messages need little more than they use.
            long middle = Math.min(low + (high - low) / 2, low * 2);
            if (trial.succeeds(middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    private static RpcError tooLittle(Trial trial, long most, TransactionError reason) {
        return switch (reason) {
            case INTRINSIC_GAS_TOO_LOW, INTRINSIC_GAS_BELOW_FLOOR_GAS_COST ->
                    new RpcError(
                            RpcError.SERVER_ERROR, "gas required exceeds allowance (" + most + ")");
            default -> refusal(trial, most, reason);
        };
    }
}
