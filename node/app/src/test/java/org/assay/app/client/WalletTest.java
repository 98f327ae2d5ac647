package org.assay.app.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assay.app.dev.DevAccounts;
import org.assay.app.dev.DevServer;
import org.assay.app.dev.DevServers;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.SecretKey;
import org.assay.storage.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// One key that signs transactions in two places, as a validator's does.
@Timeout(60)
final class WalletTest {
    private static final UInt256 CHAIN = UInt256.of(1337);
    private static final SecretKey KEY = new DevAccounts().keys().getFirst();
    private static final Address FRIEND = Address.ofNumber(0xf00d);

    private DevServer server;
    private RpcClient rpc;

    @BeforeEach
    void start() throws Exception {
        server = DevServers.start(new MemoryStore(), Optional.empty(), false);
        rpc = new RpcClient("http://127.0.0.1:" + server.port());
    }

    @AfterEach
    void end() throws Exception {
        rpc.close();
        server.close();
    }

    private void awaitPending(int count) throws Exception {
        while (RpcClient.quantity(rpc.call("txpool_status").path("pending")) < count) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private CompletableFuture<JsonNode> send(Wallet wallet) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return wallet.send(FRIEND, UInt256.ONE, Bytes.EMPTY, 21_000);
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
    }

    @Test
    void sendsAgainWhenAnotherTransactionOfTheKeyHasTakenTheNonce() throws Exception {
        CompletableFuture<JsonNode> receipt = send(new Wallet(rpc, KEY, CHAIN));
        awaitPending(1);
        Transaction other =
                Transaction.sign(
                        TransactionBody.dynamicFee(
                                CHAIN,
                                0,
                                UInt256.of(3_000_000_000L),
                                UInt256.of(30_000_000_000L),
                                21_000,
                                Address.ofNumber(0xbeef),
                                UInt256.ONE,
                                Bytes.EMPTY),
                        KEY);
        rpc.call("eth_sendRawTransaction", other.encoded().toString());
        rpc.call("evm_mine");
        awaitPending(1);
        rpc.call("evm_mine");
        assertThat(RpcClient.quantity(receipt.get().path("blockNumber"))).isEqualTo(2);
        assertThat(rpc.call("eth_getBalance", FRIEND.toString(), "latest").asText())
                .isEqualTo("0x1");
    }

    @Test
    void sendsOnceWhereItRuns() throws Exception {
        CompletableFuture<JsonNode> receipt = send(new Wallet(rpc, KEY, CHAIN));
        awaitPending(1);
        rpc.call("evm_mine");
        receipt.get();
        rpc.call("evm_mine");
        assertThat(rpc.call("eth_getBalance", FRIEND.toString(), "latest").asText())
                .isEqualTo("0x1");
    }

    @Test
    void tellsOfARevert() throws Exception {
        Wallet wallet = new Wallet(rpc, KEY, CHAIN);
        CompletableFuture<JsonNode> receipt =
                CompletableFuture.supplyAsync(
                        () -> {
                            try { // creation code that is an invalid opcode
                                return wallet.send(
                                        null, UInt256.ZERO, Bytes.fromHex("0xfe"), 100_000);
                            } catch (java.io.IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        });
        awaitPending(1);
        rpc.call("evm_mine");
        assertThatThrownBy(receipt::get).hasRootCauseInstanceOf(RpcClient.Refused.class);
    }
}
