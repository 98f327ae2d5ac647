package org.assay.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;
import org.web3j.crypto.Sign;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.response.Log;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.protocol.http.HttpService;
import org.web3j.tx.RawTransactionManager;
import org.web3j.tx.gas.StaticEIP1559GasProvider;
import org.web3j.utils.Numeric;

/// Every settlement contract by its generated class against a live `assay dev`: the list of
/// `contracts/tooling/scenario.mjs`. A write counts if its receipt says success and the state
/// read afterwards is what it must be. Skipped where `RPC_URL` names no node.
final class LiveContractsTest {
    private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000L);
    private static final BigInteger COIN = GWEI.multiply(GWEI);
    private static final BigInteger GAS = BigInteger.valueOf(5_000_000);
    private static final BigInteger NONE = BigInteger.ZERO;
    private static final BigInteger ONE = BigInteger.ONE;
    private static final String ZERO = "0x" + "00".repeat(20);
    private static final String BOB = "0x00000000000000000000000000000000000b0b00";
    private static final byte[] WORD = new byte[32];
    private static final int VERDICT_BLOCKS_MAX = 512;

    private static Credentials alice = Credentials.create("0x" + "01".repeat(32));
    private static Web3j chain = Web3j.build(new HttpService("http://127.0.0.1:1"));
    private static HttpService service = new HttpService("http://127.0.0.1:1");
    private static long chainId;

    @BeforeAll
    static void connect() throws Exception {
        String url = System.getenv("RPC_URL");
        assumeTrue(url != null, "no live node: RPC_URL is not set (./test.sh tooling sets it)");
        alice = Credentials.create(System.getenv("KEY"));
        service = new HttpService(url);
        chain = Web3j.build(service, 100, Executors.newSingleThreadScheduledExecutor());
        chainId = chain.ethChainId().send().getChainId().longValueExact();
    }

    @AfterAll
    static void close() {
        chain.shutdown();
    }

    @Test
    void aSilentProviderIsJudgedAndItsCustomerRefunded() throws Exception {
        Staking staking = Staking.load(at(2), chain, sender(), fees());
        done(staking.registerProvider(BOB, coins(50)));
        done(staking.addStake(ONE, coins(5)));
        assertThat(staking.providerStake(alice.getAddress()).send()).isEqualTo(coins(55));

        byte[] canonical =
                concat("0x01010000", sha3("0x33"), little(101_632, 8), new byte[] {1, 2});
        byte[] template = Hash.sha3(canonical);
        ModelRegistry registry = ModelRegistry.load(at(3), chain, sender(), fees());
        done(registry.register(canonical));
        assertThat(registry.exists(template).send()).isTrue();

        Jobs jobs = Jobs.load(at(4), chain, sender(), fees());
        long expiry = chain.ethBlockNumber().send().getBlockNumber().longValueExact() + 1_000;
        Jobs.Request asked =
                new Jobs.Request(
                        template,
                        ZERO,
                        sha3("0x44"),
                        BigInteger.valueOf(16),
                        ONE,
                        NONE,
                        BigInteger.valueOf(expiry),
                        ZERO,
                        COIN);
        done(jobs.create(asked, COIN));
        done(jobs.cancel(jobId(0)));
        done(jobs.withdraw(alice.getAddress()));
        done(jobs.create(asked, NONE));
        done(jobs.fund(jobId(1), COIN));
        done(jobs.accept(jobId(1)));
        assertThat(jobs.securedWei(alice.getAddress()).send()).isEqualTo(COIN);

        byte[] signed =
                concat(
                        concat("0x01010000", little(chainId, 8)),
                        Numeric.hexStringToByteArray(alice.getAddress()),
                        jobId(1),
                        concat("0x", template, sha3("0x44"), sha3("0x55"), sha3("0x66")),
                        concat("0x", little(16, 4), little(1, 4), little(1_000, 8)),
                        little(expiry, 8));
        Proofs proofs = Proofs.load(at(5), chain, sender(), fees());
        done(proofs.commit(concat("0x", signed, new byte[65])));
        byte[] commit = Hash.sha3(signed);
        assertThat(proofs.commitOfJob(jobId(1)).send()).isEqualTo(commit);
        assertThatThrownBy(() -> jobs.reject(jobId(1)).send()).hasMessageContaining("revert");

        awaitVerdict(commit);
        List<String> emitters =
                done(jobs.reject(jobId(1))).getLogs().stream().map(Log::getAddress).toList();
        assertThat(emitters).contains(at(2), at(4), at(6));
        assertThat(jobs.balanceOf(alice.getAddress()).send()).isEqualTo(COIN);
        assertThat(staking.providerStake(alice.getAddress()).send()).isEqualTo(NONE);
        done(Rewards.load(at(6), chain, sender(), fees()).tally(BigInteger.TEN));
    }

    @Test
    void creditsAreMintedAtASignedPriceAndUsed() throws Exception {
        Credentials validator =
                Credentials.create(
                        Numeric.toHexString(
                                Hash.sha3(
                                        "assay dev validator"
                                                .getBytes(StandardCharsets.US_ASCII))));
        BigInteger price = BigInteger.valueOf(200_000_000);
        BigInteger seconds =
                chain.ethGetBlockByNumber(DefaultBlockParameterName.LATEST, false)
                        .send()
                        .getBlock()
                        .getTimestamp();
        byte[] struct =
                Hash.sha3(
                        concat(
                                "0x",
                                text("PriceReport(uint128 price,uint64 timestamp)"),
                                word(price),
                                word(seconds)));
        byte[] digest = Hash.sha3(concat("0x1901", domain("Assay Credits", at(7)), struct));
        Credits credits = Credits.load(at(7), chain, sender(), fees());
        done(
                credits.submit(
                        List.of(
                                new Credits.Report(
                                        NONE, price, seconds, sign(validator, digest)))));
        done(credits.mint(alice.getAddress(), NONE, COIN));
        done(credits.use(WORD, BigInteger.valueOf(50_000)));
        assertThat(credits.balanceOf(alice.getAddress()).send())
                .isEqualTo(BigInteger.valueOf(150_000));
    }

    @Test
    void aChannelAndAPayoutPayTheirReceivers() throws Exception {
        Channels channels = Channels.load(at(8), chain, sender(), fees());
        Channels.ChannelConfig config =
                new Channels.ChannelConfig(
                        alice.getAddress(),
                        ZERO,
                        BOB,
                        alice.getAddress(),
                        ZERO,
                        BigInteger.valueOf(900),
                        WORD);
        BigInteger thousand = BigInteger.valueOf(1_000);
        BigInteger part = BigInteger.valueOf(600);
        byte[] id = channels.getChannelId(config).send();
        done(channels.deposit(config, thousand, thousand));
        byte[] signature = sign(alice, channels.getVoucherDigest(id, part).send());
        done(
                channels.claim(
                        List.of(
                                new Channels.VoucherClaim(
                                        new Channels.Voucher(config, part), signature, part))));
        BigInteger before = balance();
        done(channels.settle(BOB, ZERO));
        assertThat(balance()).isEqualTo(before.add(part));

        MerklePayout payouts = MerklePayout.load(at(9), chain, sender(), fees());
        byte[] payout = payouts.idOf(alice.getAddress(), ZERO, WORD).send();
        done(payouts.open(ZERO, WORD, ONE, BigInteger.valueOf(604_800)));
        done(payouts.deposit(payout, thousand, thousand));
        byte[] root =
                Hash.sha3(
                        concat(
                                "0x0000000000",
                                Numeric.hexStringToByteArray(BOB),
                                Numeric.toBytesPadded(part, 16)));
        done(payouts.post(payout, ONE, root, part));
        done(payouts.claim(new MerklePayout.Claim(payout, ONE, NONE, BOB, part, new byte[0])));
        assertThat(balance()).isEqualTo(before.add(part).add(part));
        assertThat(payouts.claimedOf(payout, BOB).send()).isEqualTo(part);
    }

    @Test
    void anAgentPaysWithinItsAllowanceUntilItIsStopped() throws Exception {
        AgentRegistry registry = AgentRegistry.load(at(10), chain, sender(), fees());
        done(registry.register("ipfs://agent"));
        assertThat(registry.balanceOf(alice.getAddress()).send()).isEqualTo(ONE);

        AgentWalletFactory factory = AgentWalletFactory.load(at(11), chain, sender(), fees());
        AgentWalletFactory.Policy policy =
                new AgentWalletFactory.Policy(
                        COIN,
                        coins(2),
                        BigInteger.valueOf(4_102_444_800L),
                        List.of(new AgentWalletFactory.Permission(BOB, new byte[4])),
                        List.of());
        String me = alice.getAddress();
        String address = factory.addressOf(me, me, policy, WORD).send();
        done(factory.create(me, me, policy, WORD, coins(3)));
        assertThat(factory.isWallet(address).send()).isTrue();
        AgentWallet wallet = AgentWallet.load(address, chain, sender(), fees());
        done(wallet.execute(BOB, COIN, new byte[0]));
        assertThat(wallet.sequence().send()).isEqualTo(ONE);
        assertThatThrownBy(() -> wallet.execute(BOB, coins(2), new byte[0]).send())
                .hasMessageContaining("revert");
        done(wallet.kill());
        assertThatThrownBy(() -> wallet.execute(BOB, ONE, new byte[0]).send())
                .hasMessageContaining("revert");
    }

    /// Nothing is opened, so the verdict is that the proof was withheld.
    private static void awaitVerdict(byte[] commit) throws Exception {
        Prologue prologue = Prologue.load(at(1), chain, sender(), fees());
        for (int i = 0; i < VERDICT_BLOCKS_MAX; i += 8) {
            if (prologue.verdictOf(commit).send().height.signum() != 0) {
                return;
            }
            new Request<>("hardhat_mine", List.of("0x8"), service, Answer.class).send();
        }
        throw new AssertionError("no verdict after " + VERDICT_BLOCKS_MAX + " blocks");
    }

    public static final class Answer extends Response<Object> {}

    private static TransactionReceipt done(RemoteFunctionCall<TransactionReceipt> call)
            throws Exception {
        TransactionReceipt receipt = call.send();
        assertThat(receipt.isStatusOK()).isTrue();
        return receipt;
    }

    private static String at(int number) {
        return "0x000000000000000000000000%016x".formatted(0xa55a0000L + number);
    }

    private static RawTransactionManager sender() {
        return new RawTransactionManager(chain, alice, chainId, 40, 100);
    }

    private static StaticEIP1559GasProvider fees() {
        return new StaticEIP1559GasProvider(chainId, GWEI.multiply(BigInteger.TEN), GWEI, GAS);
    }

    private static BigInteger balance() throws Exception {
        return chain.ethGetBalance(BOB, DefaultBlockParameterName.LATEST).send().getBalance();
    }

    private static BigInteger coins(long count) {
        return COIN.multiply(BigInteger.valueOf(count));
    }

    /// The customer's n-th job, from 0.
    private static byte[] jobId(long nonce) {
        return Hash.sha3(
                concat(
                        "0x",
                        word(BigInteger.valueOf(chainId)),
                        word(Numeric.toBigInt(alice.getAddress())),
                        word(BigInteger.valueOf(nonce))));
    }

    private static byte[] domain(String name, String contract) {
        String type =
                "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
        return Hash.sha3(
                concat(
                        "0x",
                        text(type),
                        text(name),
                        text("1"),
                        word(BigInteger.valueOf(chainId)),
                        word(Numeric.toBigInt(contract))));
    }

    private static byte[] sign(Credentials signer, byte[] digest) {
        Sign.SignatureData made = Sign.signMessage(digest, signer.getEcKeyPair(), false);
        return concat("0x", made.getR(), made.getS(), made.getV());
    }

    private static byte[] sha3(String hex) {
        return Hash.sha3(Numeric.hexStringToByteArray(hex));
    }

    private static byte[] text(String text) {
        return Hash.sha3(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] word(BigInteger value) {
        return Numeric.toBytesPadded(value, 32);
    }

    private static byte[] little(long value, int width) {
        byte[] encoded = new byte[width];
        for (int i = 0; i < width; i++) {
            encoded[i] = (byte) (value >>> (8 * i));
        }
        return encoded;
    }

    private static byte[] concat(String head, byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(Numeric.hexStringToByteArray(head));
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    private static byte[] concat(byte[]... parts) {
        return concat("0x", parts);
    }
}
