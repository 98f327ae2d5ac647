package org.assay.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.app.provider.ProviderWork;
import org.assay.chain.BlockError;
import org.assay.chain.BlockExecutor.Execution;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainHead;
import org.assay.chain.VerdictSource;
import org.assay.chain.system.Abi;
import org.assay.chain.system.Predeploys;
import org.assay.chain.system.PrologueCall;
import org.assay.consensus.SealCheck;
import org.assay.consensus.Validators;
import org.assay.consensus.message.ExtraData;
import org.assay.consensus.message.QbftHeader;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.Withdrawal;
import org.assay.primitives.crypto.Signature;
import org.assay.rpc.RpcOptions;
import org.assay.rpc.RpcServer;
import org.assay.verifier.Leaf;
import org.assay.verifier.ProofRules;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.Fault;
import org.assay.verifier.prover.ProverRun;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A real proof goes through four validators; then each fact of the block that carries its
/// verdict is changed by one bit or one unit, and refused with its reason.
@NullUnmarked
class CorruptionTest {
    private static final int IMAGES = 32;
    private static final UInt256 FEE = TestNetwork.COIN;

    private static TestNetwork network;
    private static Hash commitId;
    private static Optional<String> sidecarRefusal = Optional.empty();
    private static Block verdictBlock;
    private static ChainHead parent;
    private static PrologueCall.Verdict verdict;

    @BeforeAll
    static void proveAndCheck() throws Exception {
        network = new TestNetwork(4);
        network.startAll();
        network.awaitHeight(0, 2, 60_000);
        try (RpcServer server =
                        RpcServer.start(RpcOptions.loopback(0), network.nodes.get(0), List.of());
                RpcClient rpc = new RpcClient("http://127.0.0.1:" + server.port())) {
            Wallet wallet = new Wallet(rpc, TestNetwork.RICH, network.spec.chainId());
            ProviderWork provider =
                    new ProviderWork(rpc, wallet, ProofRules.DEV, network.spec.chainId().w3());
            provider.register(Address.ZERO, TestNetwork.COIN.multiply(UInt256.of(50)));
            Hash jobId = createJob(rpc, wallet);
            provider.accept(jobId);
            ProverRun run =
                    provider.runAndCommit(
                            jobId, Digits.model(), Digits.images(0, IMAGES), Fault.NONE);
            commitId = run.commit().commitId();
            ProverRun.Opened opened = run.open(provider.awaitCellMix(commitId), TestNetwork.RICH);
            offerChangedSidecarFirst(wallet, opened);
            rpc.call("assay_submitSidecar", commitId.toString(), opened.sidecar().toString());
            long height = provider.awaitVerdict(commitId).height();
            keepBlock(height);
        }
    }

    private static Hash createJob(RpcClient rpc, Wallet wallet) throws Exception {
        Bytes call =
                Abi.call(
                        "create((bytes32,address,bytes32,uint32,uint32,uint32,uint64,address,"
                                + "uint128))",
                        Abi.tuple(
                                Abi.of(Digits.model().template().templateId()),
                                Abi.of(wallet.address()),
                                Abi.of(
                                        Leaf.inputTree(Digits.images(0, IMAGES), Digits.IMAGE_BYTES)
                                                .root()),
                                Abi.of(IMAGES),
                                Abi.of(IMAGES),
                                Abi.of(0),
                                Abi.of(rpc.blockNumber() + 200),
                                Abi.of(Address.ZERO),
                                Abi.of(FEE)));
        return Hash.fromHex(
                wallet.send(Predeploys.JOBS, FEE, call, 3_000_000)
                        .path("logs")
                        .get(0)
                        .path("topics")
                        .get(1)
                        .asText());
    }

    private static void offerChangedSidecarFirst(Wallet wallet, ProverRun.Opened opened)
            throws Exception {
        wallet.send(
                Predeploys.PROOFS,
                UInt256.ZERO,
                Abi.call("open(bytes)", Abi.of(opened.open().encode())),
                3_000_000);
        byte[] changed = opened.sidecar().toArray();
        changed[changed.length / 2] ^= 1;
        sidecarRefusal = network.nodes.get(0).submitSidecar(commitId, Bytes.wrap(changed));
    }

    private static void keepBlock(long height) {
        Blockchain chain = network.nodes.get(0).chain();
        verdictBlock = chain.blockAt(height).orElseThrow();
        Block before = chain.blockAt(height - 1).orElseThrow();
        parent =
                new ChainHead(
                        before,
                        chain.hashing().hashOf(before.header()),
                        chain.stateAt(height - 1).orElseThrow(),
                        chain.burnedAt(height - 1).orElseThrow(),
                        network.keys.stream().map(NodeKeys::address).sorted().toList());
        verdict = call(verdictBlock).verdicts().getFirst();
    }

    private static PrologueCall call(Block block) {
        return PrologueCall.decode(block.transactions().getFirst().data()).orElseThrow();
    }

    @AfterAll
    static void stop() {
        if (network != null) {
            network.close();
        }
    }

    private static Optional<BlockError> refusal(Block block, VerdictSource mine) {
        Node node = network.nodes.get(0);
        var broken = node.prologues().orElseThrow().checkProposal(block, parent, mine);
        return broken.map(b -> b.reason());
    }

    private static VerdictSource trueVerdict() {
        return asked -> asked.equals(commitId) ? Optional.of(verdict) : Optional.empty();
    }

    /// The same block with another prologue, signed by its own proposer.
    private static Block withCall(PrologueCall changed) {
        Transaction first = verdictBlock.transactions().getFirst();
        NodeKeys proposer =
                network.keys.stream()
                        .filter(k -> k.address().equals(verdictBlock.header().coinbase()))
                        .findFirst()
                        .orElseThrow();
        var body = network.nodes.get(0).prologues().orElseThrow();
        Transaction signed =
                Transaction.sign(body.write(parent, proposer.address(), changed), proposer.key());
        assertThat(signed.gasLimit()).isEqualTo(first.gasLimit());
        List<Transaction> transactions = new ArrayList<>(verdictBlock.transactions());
        transactions.set(0, signed);
        return new Block(
                verdictBlock.header(),
                transactions,
                verdictBlock.ommers(),
                verdictBlock.withdrawals());
    }

    @Test
    void theBlockAsItWasIsAccepted() {
        assertThat(verdict.pass()).isTrue();
        assertThat(refusal(verdictBlock, trueVerdict())).isEmpty();
        assertThat(refusal(withCall(call(verdictBlock)), trueVerdict())).isEmpty();
    }

    @Test
    void aByteOfAnOpenedCellChangedIsRefused() {
        assertThat(sidecarRefusal).contains("the sidecar is not the one that the Open names");
    }

    @Test
    void aVerdictTurnedRoundIsRefused() {
        PrologueCall original = call(verdictBlock);
        PrologueCall.Verdict lie =
                new PrologueCall.Verdict(commitId, false, 6, verdict.workUnits());
        PrologueCall changed =
                new PrologueCall(
                        original.reveal(), original.certificates(), List.of(lie), original.row());
        assertThat(refusal(withCall(changed), trueVerdict())).contains(BlockError.WRONG_VERDICT);
    }

    @Test
    void oneWorkUnitMoreIsRefused() {
        PrologueCall original = call(verdictBlock);
        PrologueCall.Verdict more =
                new PrologueCall.Verdict(commitId, true, 0, verdict.workUnits() + 1);
        PrologueCall changed =
                new PrologueCall(
                        original.reveal(), original.certificates(), List.of(more), original.row());
        assertThat(refusal(withCall(changed), trueVerdict())).contains(BlockError.WRONG_VERDICT);
    }

    @Test
    void whoHasNotCheckedDoesNotVote() {
        assertThat(refusal(verdictBlock, asked -> Optional.empty()))
                .contains(BlockError.CANNOT_CHECK);
        assertThat(BlockError.CANNOT_CHECK.isPeerToBlame()).isFalse();
    }

    @Test
    void oneGweiMoreInAWithdrawalIsRefused() {
        List<Withdrawal> changed =
                new ArrayList<>(java.util.Objects.requireNonNull(verdictBlock.withdrawals()));
        Withdrawal first = changed.getFirst();
        changed.set(
                0,
                new Withdrawal(
                        first.index(),
                        first.validatorIndex(),
                        first.address(),
                        first.amountGwei() + 1));
        Block block =
                new Block(
                        verdictBlock.header(),
                        verdictBlock.transactions(),
                        verdictBlock.ommers(),
                        changed);
        assertThat(refusal(block, trueVerdict())).contains(BlockError.WRONG_WITHDRAWALS);
    }

    @Test
    void anotherRevealOfTheBeaconIsRefused() {
        PrologueCall original = call(verdictBlock);
        byte[] reveal = original.reveal().toArray();
        reveal[95] ^= 1;
        PrologueCall changed =
                new PrologueCall(
                        Bytes.wrap(reveal),
                        original.certificates(),
                        original.verdicts(),
                        original.row());
        assertThat(refusal(withCall(changed), trueVerdict()))
                .contains(BlockError.WRONG_BEACON_REVEAL);
    }

    @Test
    void aBlockWithoutItsPrologueIsRefused() {
        Block block =
                new Block(
                        verdictBlock.header(),
                        List.of(),
                        verdictBlock.ommers(),
                        verdictBlock.withdrawals());
        assertThat(refusal(block, trueVerdict())).contains(BlockError.PROLOGUE_MISSING);
    }

    @Test
    void aBitOfACommitSealChangedIsRefused() {
        QbftHeader header = QbftHeader.decode(Bytes.wrap(verdictBlock.header().encode()));
        Validators validators = Validators.of(parent.nextValidators());
        assertThat(SealCheck.verify(header, validators))
                .isInstanceOf(SealCheck.Result.Sealed.class);
        ExtraData extraData = header.extraData();
        List<Signature> seals = new ArrayList<>(extraData.seals());
        Signature first = seals.getFirst();
        seals.set(0, new Signature(first.r().add(UInt256.ONE), first.s(), first.yParity()));
        assertThat(SealCheck.verify(header.withExtraData(extraData.withSeals(seals)), validators))
                .isInstanceOf(SealCheck.Result.Refused.class);
    }

    @Test
    void aHeaderWithoutItsExtraDataIsRefused() {
        Node node = network.nodes.get(0);
        var header = verdictBlock.header();
        Execution execution =
                node.rules()
                        .checkCommitted(
                                verdictBlock.withHeader(header.withExtraData(Bytes.EMPTY)), parent);
        assertThat(execution).isInstanceOf(Execution.Invalid.class);
    }
}
