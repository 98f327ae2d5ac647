package org.assay.app.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.assay.evm.BlobSchedule;
import org.assay.evm.BlockContext;
import org.assay.evm.Fork;
import org.assay.evm.Tracer;
import org.assay.evm.TransactionOutcome;
import org.assay.evm.Transition;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Log;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Signature;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpWriter;
import org.jspecify.annotations.Nullable;

/// One fixture of Ethereum's state tests: a pre-state, transactions, and for each fork the state
/// roots and log hashes they must lead to.
final class StateTest {
    private final String name;
    private final JsonNode test;

    StateTest(String name, JsonNode test) {
        this.name = name;
        this.test = test;
    }

    /// All cases, or those of the fork named, which the EVM knows; they may run in any order, on
    /// any thread.
    List<Callable<Tally.Verdict>> cases(@Nullable String onlyFork, Tracer tracer) {
        MemoryState state = TestJson.state(test.get("pre"));
        List<Callable<Tally.Verdict>> cases = new ArrayList<>();
        for (var post : test.get("post").properties()) {
            Fork fork = TestJson.fork(post.getKey());
            if (onlyFork != null && !post.getKey().equalsIgnoreCase(onlyFork)) {
                continue;
            }
            int index = 0;
            for (JsonNode expected : post.getValue()) {
                String label = name + "/" + post.getKey() + "/" + index++;
                if (fork == null) {
                    Tally.Verdict unknown =
                            new Tally.Verdict(
                                    label, post.getKey(), Hash.ZERO, "a fork not known here");
                    cases.add(() -> unknown);
                } else {
                    cases.add(() -> run(label, fork, state, expected, tracer));
                }
            }
        }
        return cases;
    }

    private Tally.Verdict run(
            String label, Fork fork, MemoryState state, JsonNode expected, Tracer tracer) {
        String refusal = null;
        MemoryState after = state;
        List<Log> logs = List.of();
        RecoveredTransaction transaction = transaction(expected.get("indexes"));
        if (transaction == null) {
            refusal = "undecodable";
        } else {
            BlockContext block = block(fork);
            switch (Transition.apply(state, block, transaction, block.gasLimit(), tracer)) {
                case TransactionOutcome.Executed executed -> {
                    after = state.after(executed.diff());
                    logs = executed.logs();
                }
                case TransactionOutcome.Refused refused -> refusal = refused.reason().name();
            }
        }
        Hash root = after.root();
        return new Tally.Verdict(
                label, fork.testName(), root, judge(expected, root, refusal, logs));
    }

    private static @Nullable String judge(
            JsonNode expected, Hash root, @Nullable String refusal, List<Log> logs) {
        JsonNode exception = expected.get("expectException");
        if (exception != null && refusal == null) {
            return "accepted, expected " + exception.asText();
        }
        if (exception == null && refusal != null) {
            return "refused: " + refusal;
        }
        Hash wantedRoot = TestJson.hash(expected, "hash");
        if (!root.equals(wantedRoot)) {
            return "state root " + root + ", expected " + wantedRoot;
        }
        Hash logsHash =
                Keccak.hash256(
                        RlpWriter.encode(
                                writer -> writer.writeList(logs, (w, log) -> log.write(w))));
        Hash wantedLogs = TestJson.hash(expected, "logs");
        return logsHash.equals(wantedLogs)
                ? null
                : "logs hash " + logsHash + ", expected " + wantedLogs;
    }

    private BlockContext block(Fork fork) {
        JsonNode env = test.get("env");
        BlobSchedule blobs = blobs(fork);
        boolean blobFees = fork.isAtLeast(Fork.CANCUN);
        return new BlockContext(
                fork,
                test.path("config").has("chainid")
                        ? TestJson.number(test.get("config"), "chainid")
                        : 1,
                TestJson.number(env, "currentNumber"),
                TestJson.number(env, "currentTimestamp"),
                TestJson.address(env.get("currentCoinbase")),
                fork.isAtLeast(Fork.LONDON) ? TestJson.word(env, "currentBaseFee") : UInt256.ZERO,
                TestJson.hash(env, "currentRandom"),
                TestJson.word(env, "currentDifficulty"),
                TestJson.number(env, "currentGasLimit"),
                blobFees
                        ? blobs.blobBaseFee(TestJson.number(env, "currentExcessBlobGas"))
                        : UInt256.ZERO,
                blobs,
                StateTest::blockHash);
    }

    private BlobSchedule blobs(Fork fork) {
        JsonNode schedule = test.path("config").path("blobSchedule").get(fork.testName());
        if (schedule == null) {
            return BlobSchedule.of(fork);
        }
        return new BlobSchedule(
                (int) TestJson.number(schedule, "target"),
                (int) TestJson.number(schedule, "max"),
                TestJson.number(schedule, "baseFeeUpdateFraction"));
    }

    /// State tests have no chain: by convention a block's hash is that of its number's digits.
    private static Hash blockHash(long number) {
        return Keccak.hash256(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
    }

    /// The transaction that `indexes` picks; null where it has no form a node could decode.
    private @Nullable RecoveredTransaction transaction(JsonNode indexes) {
        JsonNode t = test.get("transaction");
        int dataIndex = indexes.get("data").asInt();
        try {
            Transaction transaction =
                    Transaction.of(
                            body(
                                    t,
                                    dataIndex,
                                    indexes.get("gas").asInt(),
                                    indexes.get("value").asInt()),
                            new Signature(UInt256.ONE, UInt256.ONE, 0));
            return new RecoveredTransaction(transaction, sender(t));
        } catch (ArithmeticException | IllegalArgumentException | RlpException e) {
            return null;
        }
    }

    private static Address sender(JsonNode t) {
        return t.has("sender")
                ? TestJson.address(t.get("sender"))
                : SecretKey.of(TestJson.word(t, "secretKey").toArray()).address();
    }

    private static TransactionBody body(JsonNode t, int dataIndex, int gasIndex, int valueIndex) {
        boolean dynamic = t.has("maxFeePerGas");
        JsonNode lists = t.get("accessLists");
        JsonNode list = lists == null ? null : lists.get(dataIndex);
        int type = Transaction.LEGACY;
        if (t.has("authorizationList")) {
            type = Transaction.SET_CODE;
        } else if (t.has("blobVersionedHashes")) {
            type = Transaction.BLOB;
        } else if (dynamic) {
            type = Transaction.DYNAMIC_FEE;
        } else if (list != null && !list.isNull()) {
            type = Transaction.ACCESS_LIST;
        }
        UInt256 fee = TestJson.word(t, dynamic ? "maxFeePerGas" : "gasPrice");
        String to = t.path("to").asText("");
        return new TransactionBody(
                type,
                type == Transaction.LEGACY ? null : chainId(t),
                TestJson.number(t, "nonce"),
                dynamic ? TestJson.word(t, "maxPriorityFeePerGas") : fee,
                fee,
                TestJson.number(t.get("gasLimit").get(gasIndex)),
                to.length() <= 2 ? null : Address.fromHex(to),
                TestJson.word(t.get("value").get(valueIndex)),
                TestJson.bytes(t.get("data").get(dataIndex)),
                TestJson.accessList(list),
                TestJson.word(t, "maxFeePerBlobGas"),
                TestJson.hashes(t.get("blobVersionedHashes")),
                TestJson.authorizations(t.get("authorizationList")));
    }

    private static UInt256 chainId(JsonNode t) {
        return t.has("chainId") ? TestJson.word(t, "chainId") : UInt256.ONE;
    }
}
