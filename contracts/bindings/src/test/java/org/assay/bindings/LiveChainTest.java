package org.assay.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reactivex.disposables.Disposable;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.web3j.abi.EventEncoder;
import org.web3j.crypto.ContractUtils;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.Sign;
import org.web3j.crypto.StructuredDataEncoder;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.protocol.http.HttpService;
import org.web3j.protocol.websocket.WebSocketService;
import org.web3j.protocol.websocket.events.LogNotification;
import org.web3j.tx.RawTransactionManager;
import org.web3j.tx.exceptions.ContractCallException;
import org.web3j.tx.gas.StaticEIP1559GasProvider;
import org.web3j.utils.Numeric;

/// web3j and the generated classes against a live `assay dev`, which `./test.sh tooling` starts;
/// skipped where `RPC_URL` names none.
final class LiveChainTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000L);
    private static final BigInteger GAS = BigInteger.valueOf(5_000_000);
    private static final BigInteger FEE_MAX = GWEI.multiply(BigInteger.TEN);
    private static final long EVENT_MILLIS_MAX = 20_000;
    private static final String BOB = "0x00000000000000000000000000000000000b0b00";

    private static String url = "";
    private static Credentials alice = Credentials.create("0x" + "01".repeat(32));
    private static Web3j chain = Web3j.build(new HttpService("http://127.0.0.1:1"));
    private static long chainId;
    private static StaticEIP1559GasProvider fees =
            new StaticEIP1559GasProvider(1, FEE_MAX, GWEI, GAS);

    @BeforeAll
    static void connect() throws Exception {
        String named = System.getenv("RPC_URL");
        assumeTrue(named != null, "no live node: RPC_URL is not set (./test.sh tooling sets it)");
        url = named;
        alice = Credentials.create(System.getenv("KEY"));
        chain =
                Web3j.build(
                        new HttpService(url), 100, Executors.newSingleThreadScheduledExecutor());
        chainId = chain.ethChainId().send().getChainId().longValueExact();
        fees = new StaticEIP1559GasProvider(chainId, FEE_MAX, GWEI, GAS);
    }

    @AfterAll
    static void close() {
        chain.shutdown();
    }

    private static String creationCode() throws Exception {
        Path file = Path.of("../resources/org/assay/contracts/WrappedNative.json");
        return JSON.readTree(file.toFile()).get("bytecode").asText();
    }

    private static BigInteger nonce() throws Exception {
        return chain.ethGetTransactionCount(alice.getAddress(), DefaultBlockParameterName.PENDING)
                .send()
                .getTransactionCount();
    }

    private static BigInteger balance() throws Exception {
        return chain.ethGetBalance(alice.getAddress(), DefaultBlockParameterName.LATEST)
                .send()
                .getBalance();
    }

    private static <T extends Response<?>> T good(T response) {
        assertThat(response.hasError())
                .as(
                        () ->
                                String.valueOf(
                                        response.getError() == null
                                                ? ""
                                                : response.getError().getMessage()))
                .isFalse();
        return response;
    }

    private static TransactionReceipt receipt(String hash) throws Exception {
        return chain.ethGetTransactionReceipt(hash).send().getTransactionReceipt().orElseThrow();
    }

    /// Signed here, so that the hash is known before the node says it.
    private static TransactionReceipt deploy() throws Exception {
        BigInteger nonce = nonce();
        RawTransaction raw =
                RawTransaction.createTransaction(
                        chainId, nonce, GAS, "", BigInteger.ZERO, creationCode(), GWEI, FEE_MAX);
        byte[] signed = TransactionEncoder.signMessage(raw, alice);
        String hash =
                good(chain.ethSendRawTransaction(Numeric.toHexString(signed)).send())
                        .getTransactionHash();
        assertThat(hash).isEqualTo(Numeric.toHexString(Hash.sha3(signed)));
        TransactionReceipt receipt = receipt(hash);
        assertThat(receipt.isStatusOK()).isTrue();
        assertThat(receipt.getContractAddress())
                .isEqualTo(ContractUtils.generateContractAddress(alice.getAddress(), nonce));
        return receipt;
    }

    private static WrappedNative coins() throws Exception {
        return WrappedNative.load(
                deploy().getContractAddress(),
                chain,
                new RawTransactionManager(chain, alice, chainId, 40, 100),
                fees);
    }

    @Test
    void deploysAndTheReceiptIsTheChains() throws Exception {
        BigInteger before = balance();
        TransactionReceipt receipt = deploy();
        BigInteger paid =
                receipt.getGasUsed()
                        .multiply(Numeric.decodeQuantity(receipt.getEffectiveGasPrice()));
        assertThat(before.subtract(balance())).isEqualTo(paid);
        assertThat(receipt.getType()).isEqualTo("0x2");
        assertThat(receipt.getFrom()).isEqualTo(alice.getAddress());
        EthBlock.Block block =
                chain.ethGetBlockByHash(receipt.getBlockHash(), false).send().getBlock();
        assertThat(block.getNumber()).isEqualTo(receipt.getBlockNumber());
        assertThat(block.getTransactions().get(receipt.getTransactionIndex().intValueExact()).get())
                .isEqualTo(receipt.getTransactionHash());
        List<TransactionReceipt> all =
                good(chain.ethGetBlockReceipts(
                                        org.web3j.protocol.core.DefaultBlockParameter.valueOf(
                                                receipt.getBlockNumber()))
                                .send())
                        .getBlockReceipts()
                        .orElseThrow();
        assertThat(all).contains(receipt);
        String code =
                chain.ethGetCode(receipt.getContractAddress(), DefaultBlockParameterName.LATEST)
                        .send()
                        .getCode();
        assertThat(creationCode().length()).isGreaterThan(code.length());
        assertThat(
                        WrappedNative.load(receipt.getContractAddress(), chain, alice, fees)
                                .decimals()
                                .send())
                .isEqualTo(BigInteger.valueOf(18));
    }

    @Test
    void callsSendsAndReadsEvents() throws Exception {
        WrappedNative coins = coins();
        TransactionReceipt deposited = coins.deposit(BigInteger.valueOf(1_000)).send();
        assertThat(deposited.getType()).isEqualTo("0x2");
        assertThat(WrappedNative.getDepositEvents(deposited))
                .singleElement()
                .satisfies(
                        event -> {
                            assertThat(event.account).isEqualTo(alice.getAddress());
                            assertThat(event.amountWei).isEqualTo(BigInteger.valueOf(1_000));
                        });
        TransactionReceipt sent = coins.transfer(BOB, BigInteger.valueOf(300)).send();
        assertThat(WrappedNative.getTransferEvents(sent)).hasSize(1);
        assertThat(coins.balanceOf(BOB).send()).isEqualTo(BigInteger.valueOf(300));
        assertThat(coins.balanceOf(alice.getAddress()).send()).isEqualTo(BigInteger.valueOf(700));
        EthFilter filter =
                new EthFilter(
                        DefaultBlockParameterName.EARLIEST,
                        DefaultBlockParameterName.LATEST,
                        coins.getContractAddress());
        filter.addSingleTopic(EventEncoder.encode(WrappedNative.TRANSFER_EVENT));
        filter.addNullTopic().addSingleTopic("0x" + "0".repeat(24) + BOB.substring(2));
        assertThat(good(chain.ethGetLogs(filter).send()).getLogs()).hasSize(1);
        assertThat(coins.transferEventFlowable(filter).blockingFirst().value)
                .isEqualTo(BigInteger.valueOf(300));
    }

    @Test
    void aRefusalArrivesWithItsReason() throws Exception {
        WrappedNative coins = coins();
        assertThatThrownBy(() -> coins.transfer(BOB, BigInteger.ONE).send())
                .hasMessageContaining("revert");
        assertThatThrownBy(
                        () ->
                                WrappedNative.load(
                                                "0x00000000000000000000000000000000000e0a00",
                                                chain,
                                                alice,
                                                fees)
                                        .decimals()
                                        .send())
                .isInstanceOf(ContractCallException.class);
        RawTransaction stale =
                RawTransaction.createTransaction(
                        chainId, BigInteger.ZERO, GAS, BOB, BigInteger.ONE, "", GWEI, FEE_MAX);
        assertThat(
                        chain.ethSendRawTransaction(
                                        Numeric.toHexString(
                                                TransactionEncoder.signMessage(stale, alice)))
                                .send()
                                .getError()
                                .getMessage())
                .contains("nonce too low");
    }

    @Test
    void hearsOfBlocksAndEventsOverAWebSocket() throws Exception {
        WrappedNative coins = coins();
        WebSocketService socket = new WebSocketService(url.replaceFirst("^http", "ws"), false);
        socket.connect();
        Web3j live = Web3j.build(socket);
        Queue<String> heads = new ConcurrentLinkedQueue<>();
        Queue<LogNotification> logs = new ConcurrentLinkedQueue<>();
        Disposable blocks =
                live.newHeadsNotifications()
                        .subscribe(head -> heads.add(head.getParams().getResult().getHash()));
        Disposable events =
                live.logsNotifications(
                                List.of(coins.getContractAddress()),
                                List.of(EventEncoder.encode(WrappedNative.DEPOSIT_EVENT)))
                        .subscribe(logs::add);
        String hash = "";
        long end = System.currentTimeMillis() + EVENT_MILLIS_MAX;
        while ((logs.isEmpty() || !heads.contains(hash)) && System.currentTimeMillis() < end) {
            hash = coins.deposit(BigInteger.TEN).send().getBlockHash(); // until both listen
            TimeUnit.MILLISECONDS.sleep(200);
        }
        assertThat(heads).contains(hash);
        assertThat(logs.element().getParams().getResult().getAddress())
                .isEqualTo(coins.getContractAddress());
        blocks.dispose();
        events.dispose();
        live.shutdown();
    }

    /// EIP-2612: the typed data is hashed and signed here, checked by the contract, and the
    /// node's own signature of it is the same.
    @Test
    void signsTypedDataThatTheContractTakes() throws Exception {
        WrappedNative coins = coins();
        coins.deposit(BigInteger.valueOf(500)).send();
        String typed =
                """
                {"types":{"EIP712Domain":[{"name":"name","type":"string"},
                  {"name":"version","type":"string"},{"name":"chainId","type":"uint256"},
                  {"name":"verifyingContract","type":"address"}],
                 "Permit":[{"name":"owner","type":"address"},{"name":"spender","type":"address"},
                  {"name":"value","type":"uint256"},{"name":"nonce","type":"uint256"},
                  {"name":"deadline","type":"uint256"}]},
                 "primaryType":"Permit",
                 "domain":{"name":"%s","version":"%s","chainId":%d,"verifyingContract":"%s"},
                 "message":{"owner":"%s","spender":"%s","value":"500","nonce":"0",
                  "deadline":"99999999999"}}
                """
                        .formatted(
                                coins.eip712Domain().send().component2(),
                                coins.eip712Domain().send().component3(),
                                chainId,
                                coins.getContractAddress(),
                                alice.getAddress(),
                                BOB);
        byte[] digest = new StructuredDataEncoder(typed).hashStructuredData();
        Sign.SignatureData signature = Sign.signMessage(digest, alice.getEcKeyPair(), false);
        JsonNode message = JSON.readTree(typed);
        Request<Object, Signed> request =
                new Request<>(
                        "eth_signTypedData_v4",
                        List.of(alice.getAddress(), message),
                        new HttpService(url),
                        Signed.class);
        assertThat(good(request.send()).getResult())
                .isEqualTo(
                        Numeric.toHexString(signature.getR())
                                + Numeric.toHexStringNoPrefix(signature.getS())
                                + Numeric.toHexStringNoPrefix(signature.getV()));
        coins.permit(
                        alice.getAddress(),
                        BOB,
                        BigInteger.valueOf(500),
                        BigInteger.valueOf(99_999_999_999L),
                        new BigInteger(1, signature.getV()),
                        signature.getR(),
                        signature.getS())
                .send();
        assertThat(coins.allowance(alice.getAddress(), BOB).send())
                .isEqualTo(BigInteger.valueOf(500));
    }

    /// The answer to a signature request.
    public static final class Signed extends Response<String> {}

    /// The chain's own contracts, by the classes made from their ABIs.
    @Test
    void readsTheSystemContracts() throws Exception {
        Staking staking =
                Staking.load("0x00000000000000000000000000000000a55a0002", chain, alice, fees);
        assertThat(staking.getValidators().send())
                .hasSize(staking.validatorCount().send().intValueExact())
                .isNotEmpty();
        Rewards rewards =
                Rewards.load("0x00000000000000000000000000000000a55a0006", chain, alice, fees);
        assertThat(rewards.epochBlocks().send()).isEqualTo(staking.epochBlocks().send());
    }
}
