package org.assay.app.proof;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.assay.app.client.Wallet;
import org.assay.app.provider.WorkChain;
import org.assay.chain.system.Abi;
import org.assay.chain.system.AbiReader;
import org.assay.chain.system.ContractViews;
import org.assay.chain.system.Predeploys;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.verifier.Merkle;
import org.assay.verifier.Model;
import org.assay.verifier.ProofTask;
import org.assay.verifier.challenge.ChallengeGame;
import org.assay.verifier.challenge.Descent;
import org.assay.verifier.challenge.Rulings;
import org.assay.verifier.prover.HonestTrace;

/// The other side of a proof that passed: does the whole job again, goes down the provider's tree
/// to the first leaf that differs, and has the validators rule on it (PROOFS section 3).
public final class Challenger {
    private static final long GAS = 3_000_000;
    private static final long POLL_MILLIS = 300;
    private static final Hash ANSWERED =
            Keccak.hash256(
                    "ChallengeAnswered(bytes32,bytes32,uint64)"
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));

    private final WorkChain chain;
    private final Wallet wallet;
    private final List<Model> models;
    private final Consumer<String> told;

    /// How a challenge ended.
    public enum Outcome {
        /// The provider's tree is the honest one: there was nothing to challenge.
        AGREES,
        /// The commit is overturned, its provider slashed.
        UPHELD,
        /// The commit stands, the bond is burned.
        LOST,
        /// Model, sidecar or inputs are not to be had here.
        CANNOT_CHECK
    }

    /// `told` gets each move in words.
    public Challenger(WorkChain chain, Wallet wallet, List<Model> models, Consumer<String> told) {
        this.chain = chain;
        this.wallet = wallet;
        this.models = models;
        this.told = told;
    }

    /// Throws [RpcClient.Refused] where the contract takes no challenge of the commit now.
    public Outcome challenge(Hash commitId) throws IOException {
        return challenge(commitId, honest -> honest);
    }

    /// As above, with the tree that `believed` makes of the honest one: for challengers in error.
    public Outcome challenge(Hash commitId, UnaryOperator<Merkle> believed) throws IOException {
        JsonNode proof = chain.rpc().call("assay_proof", commitId.toString());
        Optional<HonestTrace> trace = proof.isObject() ? honest(proof) : Optional.empty();
        if (trace.isEmpty()) {
            return Outcome.CANNOT_CHECK;
        }
        Merkle own = believed.apply(trace.get().tree());
        if (own.root().equals(Hash.fromHex(proof.path("traceRoot").asText()))) {
            return Outcome.AGREES;
        }
        UInt256 bond =
                AbiReader.of(chain.rpc().view(Predeploys.PROOFS, "challengeBondWei()"))
                        .readUInt256();
        Bytes opening = Abi.call("challenge(bytes32,uint8)", Abi.of(commitId), Abi.of(own.depth()));
        wallet.send(Predeploys.PROOFS, bond, opening, GAS);
        told.accept("challenged " + commitId + ", a tree of " + own.depth() + " levels");
        play(commitId, own);
        boolean upheld = chain.isOverturned(commitId);
        told.accept(upheld ? "upheld: the commit is overturned" : "lost: the commit stands");
        return upheld ? Outcome.UPHELD : Outcome.LOST;
    }

    private Optional<HonestTrace> honest(JsonNode proof) throws IOException {
        Optional<Model> model =
                BuiltInModels.find(
                        models, Hash.fromHex(proof.path("job").path("templateId").asText()));
        JsonNode sidecar = chain.rpc().call("assay_getSidecar", proof.path("sidecarRoot").asText());
        if (model.isEmpty() || !sidecar.isTextual()) {
            return Optional.empty();
        }
        ProofTask task = ReplayFile.ofChain(proof, chain.chainId(), sidecar.asText(), model.get());
        Bytes inputs = chain.inputs(task.job().jobId()).orElse(Bytes.EMPTY);
        return Rulings.trace(
                new Rulings.Case(
                        task.job(),
                        task.commit(),
                        task.open(),
                        model.get(),
                        task.sidecar(),
                        inputs,
                        task.mixes().assignment()));
    }

    /// Moves until the challenge is over.
    private void play(Hash commitId, Merkle own) throws IOException {
        Bytes resolve = Abi.call("resolve(bytes32)", Abi.of(commitId));
        while (true) {
            ContractViews.Challenge game = chain.challenge(commitId);
            switch (game.stage()) {
                case NONE -> {
                    return;
                }
                case CHALLENGER -> descend(commitId, own, game);
                case PROVIDER, RULING -> {
                    if (chain.wouldPass(Predeploys.PROOFS, resolve)) {
                        wallet.send(Predeploys.PROOFS, UInt256.ZERO, resolve, GAS);
                        told.accept("resolved");
                    } else {
                        pause();
                    }
                }
            }
        }
    }

    private void descend(Hash commitId, Merkle own, ContractViews.Challenge game)
            throws IOException {
        ChallengeGame state =
                new ChallengeGame(game.depth(), game.levelsLeft(), game.index(), game.node());
        Optional<Descent.Step> step = Descent.next(own, state, answered(commitId, game));
        if (step.isEmpty()) {
            pause(); // nothing differs any more: the turn runs out
            return;
        }
        wallet.send(
                Predeploys.PROOFS,
                UInt256.ZERO,
                Abi.call(
                        "descend(bytes32,uint256,bytes32,bytes32[])",
                        Abi.of(commitId),
                        Abi.of(step.get().child()),
                        Abi.of(step.get().hash()),
                        new Abi.Array(step.get().path().stream().map(Abi::of).toList())),
                GAS);
        told.accept("went down to node " + step.get().child() + " of the answer");
    }

    /// The hashes of the provider's last answer, from its transaction.
    private List<Hash> answered(Hash commitId, ContractViews.Challenge game) throws IOException {
        JsonNode logs =
                chain.rpc()
                        .call(
                                "eth_getLogs",
                                Map.of(
                                        "address",
                                        Predeploys.PROOFS.toString(),
                                        "fromBlock",
                                        "0x" + Long.toHexString(game.openedHeight()),
                                        "toBlock",
                                        "latest",
                                        "topics",
                                        List.of(ANSWERED.toString(), commitId.toString())));
        if (logs.isEmpty()) {
            return List.of();
        }
        String hash = logs.get(logs.size() - 1).path("transactionHash").asText();
        String input = chain.rpc().call("eth_getTransactionByHash", hash).path("input").asText();
        Bytes call = Bytes.fromHex(input);
        AbiReader words = AbiReader.of(call.slice(4, call.size()));
        words.readHash();
        AbiReader list = words.follow();
        int count = list.readCount(1 << ChallengeGame.LEVELS_PER_STEP);
        List<Hash> hashes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            hashes.add(list.readHash());
        }
        return hashes;
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
