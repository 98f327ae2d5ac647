package org.assay.app.node;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;
import org.assay.verifier.ProofTask;
import org.assay.verifier.Verdict;
import org.assay.verifier.Verifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread on which proofs are checked, so that the node loop never waits for one.
public final class VerifierThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VerifierThread.class);
    private static final int QUEUE_MAX = 4_096;

    private record Waiting(ProofTask task, Consumer<Verdict> then) {}

    private final ArrayBlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final Verifier verifier;
    private final Consumer<Runnable> loop;
    private final Thread thread;

    /// Answers are posted to `loop`.
    public VerifierThread(Verifier verifier, Consumer<Runnable> loop) {
        this.verifier = verifier;
        this.loop = loop;
        this.thread = Thread.ofPlatform().daemon().name("verifier").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /// False when the queue is full; the caller asks again later.
    public boolean submit(ProofTask task, Consumer<Verdict> then) {
        return queue.offer(new Waiting(task, then));
    }

    private void run() {
        try {
            while (true) {
                Waiting next = queue.take();
                Verdict verdict = verifier.verify(next.task);
                loop.accept(() -> next.then.accept(verdict));
            }
        } catch (InterruptedException e) {
            LOG.debug("the verifier ends");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
