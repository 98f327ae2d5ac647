package org.assay.app.soak;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.app.demo.DemoNetwork;
import org.assay.app.provider.Journal;
import org.assay.app.provider.Performer;
import org.assay.app.provider.Provider;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.SecretKey;
import org.assay.verifier.Commit;
import org.assay.verifier.Merkle;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.ProverRun;

/// A provider that dies at random records of its journal, before or after they are written, and
/// comes back. Run on a thread of its own until interrupted.
final class SoakProvider implements Runnable {
    private static final int JOBS_MAX = 64;

    private final RpcClient rpc;
    private final SecretKey key;
    private final Path folder;
    private final Performer performer;
    private final int deathPermille;
    private final UInt256 stakeWei;
    private final UInt256 feeLeastWei;
    private final RandomGenerator random;
    private final AtomicInteger deaths = new AtomicInteger();

    /// Where a provider dies. An Error, so that nothing on the way catches it.
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    SoakProvider(
            RpcClient rpc,
            SecretKey key,
            Path folder,
            Performer performer,
            int deathPermille,
            UInt256 stakeWei,
            UInt256 feeLeastWei,
            RandomGenerator random) {
        this.rpc = rpc;
        this.key = key;
        this.folder = folder;
        this.performer = performer;
        this.deathPermille = deathPermille;
        this.stakeWei = stakeWei;
        this.feeLeastWei = feeLeastWei;
        this.random = random;
    }

    Address address() {
        return key.address();
    }

    int deaths() {
        return deaths.get();
    }

    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                live();
            } catch (Killed killed) {
                deaths.incrementAndGet();
            } catch (IOException | RpcClient.Refused nobody) {
                if (!pause()) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(1_000);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void live() throws IOException, InterruptedException {
        boolean[] dead = {false};
        Journal.Watcher executioner =
                (entry, written) -> {
                    synchronized (dead) {
                        dead[0] |= random.nextInt(1_000) < deathPermille;
                        if (dead[0]) {
                            throw new Killed();
                        }
                    }
                };
        try (Journal journal = Journal.open(folder, executioner);
                Provider provider =
                        new Provider(
                                rpc,
                                new Wallet(rpc, key, UInt256.of(DemoNetwork.CHAIN_ID)),
                                journal,
                                plan(),
                                performer,
                                (jobId, what) -> {})) {
            provider.register();
            provider.run();
        }
    }

    private Provider.Plan plan() {
        return new Provider.Plan(
                List.of(Digits.model()),
                stakeWei,
                feeLeastWei,
                DemoNetwork.COIN.multiply(UInt256.of(1_000_000)),
                Address.ZERO,
                JOBS_MAX);
    }

    /// Works honestly and never lets the sidecar be seen.
    static Performer withholding(SecretKey key) {
        Performer honest = Performer.running(key, org.assay.verifier.prover.Fault.NONE);
        return work -> {
            Performer.Performance done = honest.perform(work);
            return new Performer.Performance() {
                @Override
                public Commit commit() {
                    return done.commit();
                }

                @Override
                public Bytes answers() {
                    return done.answers();
                }

                @Override
                public ProverRun.Opened open(Hash cellMix) {
                    return new ProverRun.Opened(done.open(cellMix).open(), Bytes.of((byte) 0));
                }

                @Override
                public Merkle trace() {
                    return done.trace();
                }
            };
        };
    }
}
