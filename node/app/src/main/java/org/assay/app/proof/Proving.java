package org.assay.app.proof;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Sha256;
import org.assay.verifier.Commit;
import org.assay.verifier.Mixes;
import org.assay.verifier.Open;
import org.assay.verifier.ProofTask;
import org.assay.verifier.Verdict;
import org.assay.verifier.Verifier;
import org.assay.verifier.prover.ProverRun;

/// A job taken as far as its beacons allow: run and committed to, opened once the cells' beacon
/// is known, checked once the projection's is. What is in the folder is never done again and
/// never changed, so a commit that is on chain stays the one that is opened; what is missing is
/// done again, with the same bytes, since runs and signatures are deterministic. Owned by one
/// thread.
final class Proving {
    static final String JOB = "job";
    static final String ANSWERS = "answers.bin";
    static final String COMMIT = "commit.bin";
    static final String MIX = "cells-mix";
    static final String SIDECAR = "sidecar.bin";
    static final String OPEN = "open.bin";
    static final String REPLAY = "replay.json";

    private final ProverRun.Work work;
    private final SecretKey key;
    private final StepFolder folder;
    private Optional<ProverRun> run = Optional.empty();

    Proving(ProverRun.Work work, SecretKey key, StepFolder folder) {
        this.work = work;
        this.key = key;
        this.folder = folder;
    }

    /// A refusal that the user can mend, in words.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String why) {
            super(why);
        }
    }

    /// The commit: the folder's, or that of a run now. Refuses a folder of another job.
    Commit commit() throws IOException, Refused {
        Bytes name = identity();
        Optional<Bytes> known = folder.read(JOB);
        if (known.isPresent() && !known.get().equals(name)) {
            throw new Refused("the folder holds another job; use one folder for each");
        }
        if (known.isEmpty()) {
            folder.write(JOB, name);
        }
        Optional<Commit> held = folder.read(COMMIT).flatMap(Commit::decode);
        if (held.isPresent()) {
            return held.get();
        }
        ProverRun fresh = run();
        folder.write(ANSWERS, fresh.answers());
        folder.write(COMMIT, fresh.commit().encode());
        return fresh.commit();
    }

    /// What the folder's steps were done for: job, inputs, beacon and rules.
    private Bytes identity() {
        String name =
                "%s %s %s %s"
                        .formatted(
                                work.job(),
                                Sha256.hash(work.inputs().unsafeArray()),
                                work.assignmentMix(),
                                work.rules());
        return Bytes.wrap(name.getBytes(StandardCharsets.UTF_8));
    }

    /// The run behind the commit, done again after a restart.
    private ProverRun run() throws Refused {
        if (run.isEmpty()) {
            try {
                run = Optional.of(ProverRun.run(work, key));
            } catch (IllegalArgumentException e) {
                throw new Refused("the inputs do not fit the job: " + e.getMessage());
            }
        }
        return run.get();
    }

    /// Opens the cells that `mix` draws. Refuses a second beacon: an Open is signed once.
    Open open(Hash mix) throws IOException, Refused {
        Commit commit = commit();
        Optional<Bytes> drawn = folder.read(MIX);
        if (drawn.isPresent() && !drawn.get().equals(mix.toBytes())) {
            throw new Refused("opened for beacon " + drawn.get() + " already");
        }
        Optional<Open> held = folder.read(OPEN).flatMap(Open::decode);
        if (held.isPresent()) {
            return held.get();
        }
        if (!run().commit().equals(commit)) {
            throw new Refused("another model, input or key than the commit was made with");
        }
        if (drawn.isEmpty()) {
            folder.write(MIX, mix.toBytes());
        }
        ProverRun.Opened opened = run().open(mix, key);
        // The sidecar first: an Open without one is a failed audit.
        folder.write(SIDECAR, opened.sidecar());
        folder.write(OPEN, opened.open().encode());
        return opened.open();
    }

    /// The verdict that validators will come to with the projection's beacon; writes the proof
    /// for `assay verify --replay`.
    Verdict check(Hash cellsMix, Hash projectionMix) throws IOException, Refused {
        Open open = open(cellsMix);
        Bytes sidecar =
                folder.read(SIDECAR).orElseThrow(() -> new Refused("the sidecar is missing"));
        ProofTask task =
                new ProofTask(
                        work.job(),
                        commit(),
                        open,
                        sidecar,
                        new Mixes(cellsMix, projectionMix, work.assignmentMix()),
                        work.model());
        String replay = ReplayFile.write(task);
        folder.write(REPLAY, Bytes.wrap(replay.getBytes(StandardCharsets.UTF_8)));
        return new Verifier(work.rules()).verify(task);
    }

    /// The trace's hashes for a challenge, from a run done again where needed.
    ProverRun traced() throws IOException, Refused {
        if (!run().commit().equals(commit())) {
            throw new Refused("another model, input or key than the commit was made with");
        }
        return run();
    }
}
