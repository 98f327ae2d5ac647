package org.assay.app.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assay.app.evm.MemoryState;
import org.assay.app.node.SnapshotMessages;
import org.assay.app.proof.JobFile;
import org.assay.app.proof.ReplayFile;
import org.assay.chain.ValidatorSetProof;
import org.assay.consensus.message.Envelope;
import org.assay.consensus.message.ExtraData;
import org.assay.consensus.message.MessageKind;
import org.assay.consensus.message.QbftHeader;
import org.assay.evm.BlobSchedule;
import org.assay.evm.BlockContext;
import org.assay.evm.BlockHashes;
import org.assay.evm.CallSimulation;
import org.assay.evm.Fork;
import org.assay.evm.Tracer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.BlobSidecar;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;
import org.assay.verifier.Commit;
import org.assay.verifier.Model;
import org.assay.verifier.ModelChecks;
import org.assay.verifier.Open;
import org.assay.verifier.ProofRules;
import org.assay.verifier.Template;
import org.assay.verifier.Verifier;
import org.assay.verifier.prover.Digits;

/// What is given damaged bytes. Each may refuse them in its own way; anything else that is thrown
/// is a fault, and so is a value that does not encode back to the bytes it came from.
enum Target {
    RLP {
        @Override
        void feed(byte[] input) {
            RlpReader.decode(input, reader -> copy(reader, 0));
        }
    },
    TRANSACTION {
        @Override
        void feed(byte[] input) {
            Transaction transaction = Transaction.decode(Bytes.wrap(input));
            same(input, transaction.encoded().unsafeArray());
            transaction.recover();
            transaction.hash();
        }
    },
    /// A transaction as it travels with its blobs.
    BLOBS {
        @Override
        void feed(byte[] input) {
            Bytes bytes = Bytes.wrap(input);
            if (BlobSidecar.isWrapped(bytes)) {
                BlobSidecar.Wrapped wrapped = BlobSidecar.decode(bytes);
                same(input, wrapped.sidecar().wrap(wrapped.transaction()).toArray());
                wrapped.sidecar().sizeBytes();
            }
        }
    },
    HEADER {
        @Override
        void feed(byte[] input) {
            same(input, Header.decode(Bytes.wrap(input)).encode());
        }
    },
    BLOCK {
        @Override
        void feed(byte[] input) {
            same(input, Block.decode(Bytes.wrap(input)).encode());
        }
    },
    RECEIPT {
        @Override
        void feed(byte[] input) {
            same(input, Receipt.decode(Bytes.wrap(input)).encode());
        }
    },
    QBFT {
        @Override
        void feed(byte[] input) {
            Bytes bytes = Bytes.wrap(input);
            for (MessageKind kind : MessageKind.values()) {
                Envelope.decode(kind.code(), bytes);
            }
            ExtraData.parse(bytes);
            QbftHeader.decode(bytes);
        }
    },
    PROOF {
        @Override
        void feed(byte[] input) {
            Bytes bytes = Bytes.wrap(input);
            Commit.decode(bytes).ifPresent(commit -> same(input, commit.encode().toArray()));
            Open.decode(bytes).ifPresent(open -> same(input, open.encode().toArray()));
            Template.decode(bytes)
                    .ifPresent(template -> same(input, template.canonical().toArray()));
        }
    },
    SNAPSHOT {
        @Override
        void feed(byte[] input) {
            Bytes bytes = Bytes.wrap(input);
            // Each takes its own messages and refuses the others'.
            for (UnaryOperator<Bytes> message : SNAPSHOT_MESSAGES) {
                try {
                    same(input, message.apply(bytes).unsafeArray());
                } catch (RlpException refused) {
                    // the next may take it
                }
            }
        }
    },
    /// The job file of `assay prove`.
    JOB {
        @Override
        void feed(byte[] input) {
            JobFile.read(new String(input, StandardCharsets.UTF_8))
                    .map(JobFile::write)
                    .ifPresent(text -> same(text, JobFile.read(text).orElseThrow().write()));
        }
    },
    /// The proof file of `assay verify --replay`, through the verifier where it can be read.
    REPLAY {
        @Override
        void feed(byte[] input) {
            String text = new String(input, StandardCharsets.UTF_8);
            ReplayFile.templateId(text);
            ReplayFile.read(text, Digits.model()).ifPresent(VERIFIER::verify);
        }
    },
    /// The model file of `assay model inspect` and `register`, with their checks.
    MODEL {
        @Override
        void feed(byte[] input) {
            Model.decode(Bytes.wrap(input))
                    .ifPresent(
                            model -> {
                                same(input, model.encode().toArray());
                                ModelChecks.check(model, model.template().templateId());
                            });
        }
    },
    EVM {
        @Override
        void feed(byte[] input) {
            // The first byte chooses the fork, the rest is code and input at once.
            int first = input.length == 0 ? 0 : input[0] & 0xff;
            Fork fork = FORKS.get(first % Fork.COUNT);
            Bytes code = Bytes.wrap(input);
            MemoryState state = MemoryState.empty();
            state.put(CALLER, 0, UInt256.of(1_000_000), Bytes.EMPTY, new java.util.TreeMap<>());
            state.put(CALLEE, 1, UInt256.of(7), code, new java.util.TreeMap<>());
            boolean create = (first & 0x80) != 0;
            CallSimulation.run(
                    state,
                    context(fork),
                    new CallSimulation.Message(
                            CALLER,
                            create ? null : CALLEE,
                            code,
                            UInt256.ONE,
                            EVM_GAS,
                            UInt256.ZERO,
                            List.of(),
                            List.of(),
                            List.of()),
                    Tracer.NONE);
        }
    };

    private static final List<UnaryOperator<Bytes>> SNAPSHOT_MESSAGES =
            List.of(
                    bytes -> SnapshotMessages.GetSnapshots.decode(bytes).encode(),
                    bytes -> SnapshotMessages.Snapshots.decode(bytes).encode(),
                    bytes -> SnapshotMessages.GetValidatorSets.decode(bytes).encode(),
                    bytes -> SnapshotMessages.ValidatorSets.decode(bytes).encode(),
                    bytes -> SnapshotMessages.GetState.decode(bytes).encode(),
                    bytes -> SnapshotMessages.State.decode(bytes).encode(),
                    bytes -> ValidatorSetProof.decode(bytes).encode());

    private static final Verifier VERIFIER = new Verifier(ProofRules.DEV);
    private static final Address CALLER = Address.ofNumber(0xca11e4);
    private static final Address CALLEE = Address.ofNumber(0xca11ee);
    private static final List<Fork> FORKS = List.of(Fork.values());
    private static final long EVM_GAS = 300_000;
    private static final int DEPTH_MAX = 64;

    /// Refuses `input` with [RlpException], or takes it.
    abstract void feed(byte[] input);

    private static BlockContext context(Fork fork) {
        return new BlockContext(
                fork,
                1,
                100,
                1_000,
                Address.ZERO,
                UInt256.ZERO,
                Hash.ZERO,
                UInt256.ONE,
                30_000_000,
                UInt256.ONE,
                BlobSchedule.of(fork),
                BlockHashes.NONE);
    }

    private static void same(String input, String encoded) {
        same(input.getBytes(StandardCharsets.UTF_8), encoded.getBytes(StandardCharsets.UTF_8));
    }

    private static void same(byte[] input, byte[] encoded) {
        if (!java.util.Arrays.equals(input, encoded)) {
            throw new IllegalStateException("it does not encode back to the same bytes");
        }
    }

    /// Reads whatever comes, to a depth, and writes it again.
    private static byte[] copy(RlpReader reader, int depth) {
        if (!reader.nextIsList() || depth == DEPTH_MAX) {
            return RlpWriter.encode(writer -> writer.writeRaw(reader.readRaw()));
        }
        RlpReader list = reader.readList();
        return RlpWriter.encodeList(
                writer -> {
                    while (!list.isEnd()) {
                        writer.writeRaw(copy(list, depth + 1));
                    }
                });
    }
}
