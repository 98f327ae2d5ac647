package org.assay.app.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assay.app.Progress;
import org.assay.app.client.RpcClient;
import org.assay.chain.system.Abi;
import org.assay.contracts.SystemContract;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/// Fresh senders with what they need, and their transfers to each other, signed before the first
/// is sent.
final class Workload {
    enum Kind {
        NATIVE(21_000),
        ERC20(70_000);

        final long gas;

        Kind(long gas) {
            this.gas = gas;
        }
    }

    /// What an account must be able to pay for a unit of gas, in wei: twice the price, since the
    /// base fee may rise, and at least this.
    private static final long FEE_LEAST = 2_000_000_000L;

    private static final long RECEIPT_MILLIS_MAX = 60_000;
    private static final long POLL_MILLIS = 50;
    private static final UInt256 TIP = UInt256.of(1_000_000);
    private static final long DEPLOY_GAS = 5_000_000;

    private final RpcClient rpc;
    private final Progress progress;
    private final SecretKey payer;
    private final UInt256 chainId;
    private final UInt256 feeMax;
    private long payerNonce;

    /// `payer` has coins on the chain of `rpc`.
    Workload(RpcClient rpc, SecretKey payer, Progress progress) throws IOException {
        this.rpc = rpc;
        this.progress = progress;
        this.payer = payer;
        this.chainId = UInt256.of(RpcClient.quantity(rpc.call("eth_chainId")));
        long price = RpcClient.quantity(rpc.call("eth_gasPrice"));
        this.feeMax = UInt256.of(Math.max(FEE_LEAST, 2 * price));
        this.payerNonce =
                RpcClient.quantity(
                        rpc.call("eth_getTransactionCount", payer.address().toString(), "latest"));
    }

    /// Signed transfers, neighbours of different senders, each sender's in the order of nonces.
    record Signed(List<SecretKey> senders, List<Transaction> transfers) {}

    /// `each` transfers of `senders` accounts that nobody has used. Throws [IOException] where
    /// they cannot be funded.
    Signed prepare(Kind kind, int senders, int each) throws IOException, InterruptedException {
        SecureRandom random = new SecureRandom();
        List<SecretKey> keys =
                Stream.generate(() -> SecretKey.generate(random)).limit(senders).toList();
        List<Address> accounts = keys.stream().map(SecretKey::address).toList();
        Address token = kind == Kind.ERC20 ? token() : null;
        fund(accounts, kind, each, token);
        return new Signed(keys, sign(keys, accounts, each, token));
    }

    private Address token() throws IOException, InterruptedException {
        Address placed = Address.fromHex(SystemContract.WRAPPED_NATIVE.addressHex());
        if (hasCode(placed)) {
            return placed;
        }
        Address created = Address.ofCreate(payer.address(), payerNonce);
        pay(
                UInt256.ZERO,
                Bytes.fromHex(SystemContract.WRAPPED_NATIVE.creationCodeHex()),
                DEPLOY_GAS);
        if (!hasCode(created)) {
            throw new IOException("the token could not be deployed");
        }
        return created;
    }

    private boolean hasCode(Address address) throws IOException {
        return rpc.call("eth_getCode", address.toString(), "latest").asText().length() > 2;
    }

    private void fund(List<Address> accounts, Kind kind, int each, @Nullable Address token)
            throws IOException, InterruptedException {
        UInt256 wei = feeMax.multiplyExact(kind.gas).addExact(UInt256.ONE).multiplyExact(each);
        for (int from = 0; from < accounts.size(); from += Funding.ACCOUNTS_MAX) {
            progress.show(from, accounts.size(), "accounts funded");
            List<Address> some =
                    accounts.subList(from, Math.min(accounts.size(), from + Funding.ACCOUNTS_MAX));
            pay(wei.multiplyExact(some.size()), Funding.ofCoins(some, wei), Funding.GAS);
            if (token != null) {
                UInt256 units = UInt256.of((long) each * some.size());
                pay(units, Funding.ofTokens(token, some, each), Funding.GAS);
            }
        }
        String last = accounts.getLast().toString();
        if (UInt256.parse(rpc.call("eth_getBalance", last, "latest").asText()).compareTo(wei) < 0) {
            throw new IOException("the senders could not be funded by " + payer.address());
        }
    }

    /// Runs creation code and waits for its receipt.
    private void pay(UInt256 wei, Bytes code, long gas) throws IOException, InterruptedException {
        Transaction transaction =
                Transaction.sign(
                        TransactionBody.dynamicFee(
                                chainId, payerNonce++, TIP, feeMax, gas, null, wei, code),
                        payer);
        rpc.call("eth_sendRawTransaction", transaction.encoded().toString());
        String hash = transaction.hash().toString();
        long end = System.currentTimeMillis() + RECEIPT_MILLIS_MAX;
        while (System.currentTimeMillis() < end) {
            JsonNode receipt = rpc.call("eth_getTransactionReceipt", hash);
            if (receipt.isObject()) {
                if (!receipt.path("status").asText().equals("0x1")) {
                    throw new IOException("funding transaction " + hash + " reverted");
                }
                return;
            }
            Thread.sleep(POLL_MILLIS);
        }
        throw new IOException("no receipt for " + hash + ": is the chain making blocks?");
    }

    private List<Transaction> sign(
            List<SecretKey> keys, List<Address> accounts, int each, @Nullable Address token) {
        SplittableRandom random = new SplittableRandom(1);
        List<TransactionBody> bodies = new ArrayList<>();
        for (int nonce = 0; nonce < each; nonce++) {
            for (int i = 0; i < keys.size(); i++) {
                Address to = accounts.get(random.nextInt(accounts.size()));
                bodies.add(token == null ? coins(nonce, to) : token(nonce, token, to));
            }
        }
        return IntStream.range(0, bodies.size())
                .parallel()
                .mapToObj(i -> Transaction.sign(bodies.get(i), keys.get(i % keys.size())))
                .toList();
    }

    private TransactionBody coins(int nonce, Address to) {
        return TransactionBody.dynamicFee(
                chainId, nonce, TIP, feeMax, Kind.NATIVE.gas, to, UInt256.ONE, Bytes.EMPTY);
    }

    private TransactionBody token(int nonce, Address token, Address to) {
        return TransactionBody.dynamicFee(
                chainId,
                nonce,
                TIP,
                feeMax,
                Kind.ERC20.gas,
                token,
                UInt256.ZERO,
                Abi.call("transfer(address,uint256)", Abi.of(to), Abi.of(1)));
    }
}
