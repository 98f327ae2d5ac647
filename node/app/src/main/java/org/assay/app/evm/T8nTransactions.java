package org.assay.app.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Signature;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;

/// The transactions of `assay evm t8n`.
final class T8nTransactions {
    private static final int COUNT_MAX = 1 << 20;
    private static final UInt256 EIP_155_OFFSET = UInt256.of(35);

    private T8nTransactions() {}

    /// One as given: with its sender, or why it has none.
    record Given(Optional<RecoveredTransaction> transaction, String problem) {
        static Given of(Transaction transaction) {
            Optional<RecoveredTransaction> recovered = transaction.recoverAnyS();
            return new Given(recovered, recovered.isEmpty() ? "invalid signature" : "");
        }

        static Given wrong(String problem) {
            return new Given(Optional.empty(), problem);
        }
    }

    /// An array of objects, or the RLP of a list in hexadecimal. Throws [RlpException] for a text
    /// that is no list.
    static List<Given> read(JsonNode node, long chainId) {
        List<Given> given = new ArrayList<>();
        if (node.isTextual()) {
            for (Bytes item : items(Bytes.fromHex(node.asText()))) {
                given.add(decoded(item));
            }
            return given;
        }
        for (JsonNode item : node) {
            given.add(item.isTextual() ? decoded(Bytes.fromHex(item.asText())) : of(item, chainId));
        }
        return given;
    }

    private static List<Bytes> items(Bytes list) {
        return RlpReader.decode(
                list,
                reader ->
                        reader.readList(
                                COUNT_MAX,
                                items ->
                                        items.nextIsList()
                                                ? items.readRaw()
                                                : items.readBytes(Transaction.BYTES_MAX)));
    }

    private static Given decoded(Bytes encoded) {
        try {
            return Given.of(Transaction.decode(encoded));
        } catch (RlpException e) {
            return Given.wrong(String.valueOf(e.getMessage()));
        }
    }

    private static Given of(JsonNode t, long chainId) {
        try {
            int type = (int) TestJson.number(t, "type");
            UInt256 r = TestJson.word(t, "r");
            UInt256 s = TestJson.word(t, "s");
            boolean isUnsigned = t.hasNonNull("secretKey") && r.isZero() && s.isZero();
            if (isUnsigned) {
                boolean isProtected = t.path("protected").asBoolean(true);
                TransactionBody body = body(t, type, legacyOr(t, type, isProtected, chainId));
                SecretKey key = SecretKey.of(TestJson.word(t, "secretKey").toArray());
                return Given.of(Transaction.sign(body, key));
            }
            UInt256 v = TestJson.word(t, t.has("v") ? "v" : "yParity");
            if (type != Transaction.LEGACY) {
                UInt256 chain = t.has("chainId") ? TestJson.word(t, "chainId") : UInt256.ONE;
                return Given.of(
                        Transaction.of(body(t, type, chain), new Signature(r, s, (int) v.w3())));
            }
            boolean replayable = v.compareTo(EIP_155_OFFSET) < 0;
            UInt256 above = replayable ? v : v.subtract(EIP_155_OFFSET);
            int parity = (int) (replayable ? v.w3() - 27 : above.w3() & 1);
            UInt256 chain = replayable ? null : above.divide(UInt256.of(2));
            return Given.of(Transaction.of(body(t, type, chain), new Signature(r, s, parity)));
        } catch (IllegalArgumentException | ArithmeticException | RlpException e) {
            return Given.wrong(String.valueOf(e.getMessage()));
        }
    }

    private static @org.jspecify.annotations.Nullable UInt256 legacyOr(
            JsonNode t, int type, boolean isProtected, long chainId) {
        if (type == Transaction.LEGACY && !isProtected) {
            return null;
        }
        return t.hasNonNull("chainId") ? TestJson.word(t, "chainId") : UInt256.of(chainId);
    }

    private static TransactionBody body(
            JsonNode t, int type, @org.jspecify.annotations.Nullable UInt256 chainId) {
        boolean dynamic = type >= Transaction.DYNAMIC_FEE;
        UInt256 fee = TestJson.word(t, dynamic ? "maxFeePerGas" : "gasPrice");
        String to = t.path("to").asText("");
        String input = t.path(t.has("input") ? "input" : "data").asText("0x");
        return new TransactionBody(
                type,
                chainId,
                TestJson.number(t, "nonce"),
                dynamic ? TestJson.word(t, "maxPriorityFeePerGas") : fee,
                fee,
                TestJson.number(t, t.has("gas") ? "gas" : "gasLimit"),
                to.length() <= 2 || to.equals("null") ? null : Address.fromHex(to),
                TestJson.word(t, "value"),
                Bytes.fromHex(input),
                TestJson.accessList(t.get("accessList")),
                TestJson.word(t, "maxFeePerBlobGas"),
                TestJson.hashes(t.get("blobVersionedHashes")),
                TestJson.authorizations(t.get("authorizationList")));
    }
}
