package org.assay.app.node;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.assay.verifier.ProofTask;
import org.assay.verifier.Verdict;
import org.assay.verifier.Verifier;
import org.assay.verifier.challenge.ChallengeGame;
import org.assay.verifier.challenge.Ruling;
import org.assay.verifier.challenge.Rulings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread on which proofs are checked, so that the node loop never waits for one.
public final class VerifierThread implements ProofChecks, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VerifierThread.class);
    private static final int QUEUE_MAX = 4_096;

    private final ArrayBlockingQueue<Runnable> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final Verifier verifier;
    private final Consumer<Runnable> loop;
    private final Thread thread;
    private final AtomicLong proofs = new AtomicLong();
    private final AtomicLong busyNanos = new AtomicLong();

    /// Answers are posted to `loop`.
    public VerifierThread(Verifier verifier, Consumer<Runnable> loop) {
        this.verifier = verifier;
        this.loop = loop;
        this.thread = Thread.ofPlatform().daemon().name("verifier").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    @Override
    public boolean submit(ProofTask task, Consumer<Verdict> then) {
        return queue.offer(
                () -> {
                    long start = System.nanoTime();
                    Verdict verdict = verifier.verifyAuthorised(task);
                    busyNanos.addAndGet(System.nanoTime() - start);
                    proofs.incrementAndGet();
                    loop.accept(() -> then.accept(verdict));
                });
    }

    @Override
    public boolean submit(Rulings.Case disputed, ChallengeGame game, Consumer<Ruling> then) {
        return queue.offer(
                () -> {
                    Ruling ruling = Rulings.rule(disputed, game);
                    loop.accept(() -> then.accept(ruling));
                });
    }

    private void run() {
        try {
            while (true) {
                queue.take().run();
            }
        } catch (InterruptedException e) {
            LOG.debug("the verifier ends");
        }
    }

    /// Proofs checked since the start.
    public long proofs() {
        return proofs.get();
    }

    /// Time spent on them, in nanoseconds.
    public long busyNanos() {
        return busyNanos.get();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
