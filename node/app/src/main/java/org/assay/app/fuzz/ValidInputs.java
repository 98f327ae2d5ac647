package org.assay.app.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.app.node.SnapshotMessages;
import org.assay.app.proof.JobFile;
import org.assay.app.proof.ReplayFile;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainSpec;
import org.assay.chain.ValidatorSetProof;
import org.assay.consensus.message.ExtraData;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.AccessListEntry;
import org.assay.primitives.block.BlobSidecar;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Log;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.block.Withdrawal;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.state.Account;
import org.assay.storage.state.AccountProof;
import org.assay.storage.state.StatePart;
import org.assay.storage.state.StateTask;
import org.assay.storage.trie.MerkleProof;
import org.assay.storage.trie.TrieRoot;
import org.assay.verifier.JobFacts;
import org.assay.verifier.Leaf;
import org.assay.verifier.MatmulInt8;
import org.assay.verifier.MatmulModel;
import org.assay.verifier.Mixes;
import org.assay.verifier.Model;
import org.assay.verifier.ProofRules;
import org.assay.verifier.ProofTask;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.MlpQuantiser;
import org.assay.verifier.prover.ProverRun;

/// Well-formed inputs that damage starts from.
final class ValidInputs {
    private static final SecretKey KEY = SecretKey.of(UInt256.of(46).toArray());
    private static final Address TO = Address.ofNumber(0x1234);

    private static final String GENESIS =
            """
            {"config": {"chainId": 1, "homesteadBlock": 0, "eip150Block": 0, "eip158Block": 0,
              "byzantiumBlock": 0, "constantinopleBlock": 0, "petersburgBlock": 0,
              "istanbulBlock": 0, "berlinBlock": 0, "londonBlock": 0,
              "terminalTotalDifficulty": 0, "shanghaiTime": 0, "cancunTime": 0, "pragueTime": 0,
              "osakaTime": 0}, "difficulty": "0x0", "alloc": {}}
            """;

    private ValidInputs() {}

    static List<byte[]> of(Target target) {
        return switch (target) {
            case RLP, BLOCK -> List.of(block().encode(), block().header().encode());
            case TRANSACTION -> transactions();
            case BLOBS -> blobs();
            case HEADER -> List.of(block().header().encode());
            case QBFT -> qbft();
            case RECEIPT -> receipts();
            case PROOF -> List.of(new MatmulInt8(3, 5).canonical().toArray(), new byte[281]);
            case SNAPSHOT -> snapshots();
            case JOB, REPLAY -> files();
            case MODEL -> models();
            case EVM -> programs();
        };
    }

    private static List<byte[]> snapshots() {
        Account account = new Account(3, UInt256.of(1_000_000), Keccak.EMPTY);
        StatePart accounts =
                new StatePart.Accounts(
                        List.of(new StatePart.AccountEntry(TO, account, TrieRoot.EMPTY)));
        StatePart slots =
                new StatePart.Slots(List.of(new StatePart.SlotEntry(UInt256.ONE, UInt256.ONE)));
        StatePart node = new StatePart.Inner(Bytes.fromHex("0xc22080"));
        StatePart code = new StatePart.Code(Bytes.fromHex("0x6001"));
        MerkleProof proof = new MerkleProof(List.of(Bytes.fromHex("0xc22080")));
        AccountProof.SlotProof slot = new AccountProof.SlotProof(UInt256.ONE, UInt256.ONE, proof);
        AccountProof proven = new AccountProof(TO, account, TrieRoot.EMPTY, proof, List.of(slot));
        ValidatorSetProof set =
                new ValidatorSetProof(
                        block().header(), List.of(proven), List.of(Bytes.fromHex("0x6001")));
        List<SnapshotMessages.Item> items =
                List.of(
                        new SnapshotMessages.Item(
                                StateTask.Kind.ACCOUNTS, null, Bytes.of((byte) 1)),
                        new SnapshotMessages.Item(StateTask.Kind.SLOTS, TO, Bytes.EMPTY));
        return List.of(
                new SnapshotMessages.Snapshots(7, List.of(256L, 512L)).encode().toArray(),
                new SnapshotMessages.GetState(8, 256, items).encode().toArray(),
                new SnapshotMessages.State(9, List.of(accounts, slots, node, code))
                        .encode()
                        .toArray(),
                new SnapshotMessages.ValidatorSets(10, List.of(set.encode())).encode().toArray(),
                set.encode().toArray());
    }

    private static Block block() {
        Header header = Blockchain.genesisBlock(ChainSpec.parse(GENESIS)).header();
        List<Transaction> transactions = new ArrayList<>();
        for (byte[] encoded : transactions()) {
            transactions.add(Transaction.decode(Bytes.wrap(encoded)));
        }
        return new Block(
                header, transactions, List.of(), List.of(new Withdrawal(1, 2, TO, 3_000_000_000L)));
    }

    private static List<byte[]> transactions() {
        List<byte[]> encoded = new ArrayList<>();
        for (int type = Transaction.LEGACY; type <= Transaction.BLOB; type++) {
            boolean blob = type == Transaction.BLOB;
            boolean legacy = type == Transaction.LEGACY;
            encoded.add(
                    Transaction.sign(
                                    new TransactionBody(
                                            type,
                                            UInt256.ONE,
                                            7,
                                            UInt256.of(2_000_000_000L),
                                            UInt256.of(2_000_000_000L),
                                            50_000,
                                            TO,
                                            UInt256.of(1_000),
                                            Bytes.fromHex("0x00112233"),
                                            legacy ? List.of() : accessList(),
                                            blob ? UInt256.ONE : UInt256.ZERO,
                                            blob ? List.of(Hash.ZERO) : List.of(),
                                            List.of()),
                                    KEY)
                            .encoded()
                            .toArray());
        }
        return encoded;
    }

    /// Both versions, with blobs far shorter than real ones.
    private static List<byte[]> blobs() {
        Transaction transaction = Transaction.decode(Bytes.wrap(transactions().getLast()));
        List<Bytes> parts = List.of(Bytes.fromHex("0x00112233445566"));
        return List.of(
                new BlobSidecar(0, parts, parts, parts).wrap(transaction).toArray(),
                new BlobSidecar(1, parts, parts, parts).wrap(transaction).toArray());
    }

    private static List<AccessListEntry> accessList() {
        return List.of(new AccessListEntry(TO, List.of(Hash.ZERO)));
    }

    private static List<byte[]> qbft() {
        ExtraData extra =
                new ExtraData(
                        Bytes.wrap(new byte[32]),
                        List.of(TO, KEY.address()),
                        Optional.empty(),
                        1,
                        List.of());
        Header header = block().header().withExtraData(extra.encode());
        return List.of(header.encode(), extra.encode().toArray());
    }

    private static List<byte[]> receipts() {
        Log log = new Log(TO, List.of(Hash.ZERO), Bytes.fromHex("0x0102"));
        return List.of(
                Receipt.of(0, true, 21_000, List.of()).encode(),
                Receipt.of(2, false, 50_000, List.of(log)).encode());
    }

    /// Arithmetic, memory, storage, calls, creation, precompiled contracts.
    private static List<byte[]> programs() {
        List<byte[]> codes = new ArrayList<>();
        for (String code :
                List.of(
                        "6001600201600a0360020a60056006076008600906600b600c08",
                        "5f355f55602035600155365f5f37365f20365fa05f545f52365ff3",
                        "5b6001565b5f5f5f5f5f305af1505f5f5f5f305af4505f5f5f5f305afa",
                        "365f5f37365f5ff05f5f5f5f5f855af1365f5f37365f5f5ff55f5fa1",
                        "60806040526004361061000f575f80fd5b5f3560e01c63deadbeef14601f57",
                        "365f5f3760405f365f60065af160405f365f60075af160205f365f60085af1",
                        "365f5f3760605f365f60055af160205f365f60015af160405f365f60095af1",
                        "3d5f5f3e3d5ffd5f5c5f5d5f5f5f5e49481e1d1c1b1a30ff7f")) {
            codes.add(Bytes.fromHex("0x" + code).toArray());
        }
        return codes;
    }

    /// A job of two images and its proof, as text.
    private static List<byte[]> files() {
        Model model = Digits.model();
        Bytes images = Digits.images(0, 2);
        JobFacts job =
                new JobFacts(
                        1337,
                        Hash.ZERO,
                        KEY.address(),
                        model.template().templateId(),
                        Leaf.inputTree(images, Digits.IMAGE_BYTES).root(),
                        2,
                        2,
                        0,
                        9);
        ProverRun run = ProverRun.run(new ProverRun.Work(model, job, images, ProofRules.DEV), KEY);
        ProverRun.Opened opened = run.open(Hash.ZERO, KEY);
        Mixes mixes = new Mixes(Hash.ZERO, Hash.ZERO, Hash.ZERO);
        ProofTask task =
                new ProofTask(job, run.commit(), opened.open(), opened.sidecar(), mixes, model);
        return List.of(
                new JobFile(job, images, Hash.ZERO).write().getBytes(StandardCharsets.UTF_8),
                ReplayFile.write(task).getBytes(StandardCharsets.UTF_8));
    }

    /// A product and a small dense network.
    private static List<byte[]> models() {
        float[] weights = new float[12];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i % 5 - 2;
        }
        MlpQuantiser floats =
                new MlpQuantiser(List.of(4, 3), List.of(weights), List.of(new float[3]));
        return List.of(
                new MatmulModel(new MatmulInt8(3, 5)).encode().toArray(),
                floats.quantise(Bytes.wrap(new byte[] {1, 2, 3, 4})).encode().toArray());
    }
}
