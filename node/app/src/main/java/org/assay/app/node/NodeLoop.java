package org.assay.app.node;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.assay.rpc.RpcError;
import org.assay.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that owns consensus, pools and state writes. Others post to its bounded inbox.
/// A failure of a task is a bug or a broken environment: the node stops, nothing is repaired.
public final class NodeLoop {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLoop.class);

    /// Tasks that may wait; a poster waits when it is full, and so does its peer.
    private static final int INBOX_MAX = 16_384;

    /// The same for those that go first.
    private static final int URGENT_MAX = 4_096;

    /// Then one of the others has its turn.
    private static final int URGENT_IN_A_ROW_MAX = 16;

    private static final String STOPPED = "the node has stopped";
    private final ArrayBlockingQueue<Runnable> inbox = new ArrayBlockingQueue<>(INBOX_MAX);
    private final ArrayBlockingQueue<Runnable> urgent = new ArrayBlockingQueue<>(URGENT_MAX);
    private final Thread thread;
    private final LongConsumer poll;
    private final long pollMillis;
    private final CompletableFuture<Throwable> stopped = new CompletableFuture<>();
    private volatile boolean closed;

    /// `poll` is called with the time in milliseconds whenever no task waits, and about every
    /// `pollMillis` where tasks do.
    public NodeLoop(LongConsumer poll, long pollMillis) {
        this.poll = poll;
        this.pollMillis = pollMillis;
        this.thread = Thread.ofPlatform().name("node").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            long polledAt = 0;
            while (!closed) {
                boolean isBusy = runUrgent();
                Runnable task =
                        isBusy ? inbox.poll() : inbox.poll(pollMillis, TimeUnit.MILLISECONDS);
                if (task != null) {
                    task.run();
                }
                long now = System.currentTimeMillis();
                if ((inbox.isEmpty() && urgent.isEmpty()) || now - polledAt >= pollMillis) {
                    poll.accept(now);
                    polledAt = now;
                }
            }
            stopped.complete(new InterruptedException("closed"));
        } catch (InterruptedException e) {
            stopped.complete(e);
        } catch (StorageException failure) {
            LOG.error("the node stops: {}", failure.getMessage());
            closed = true;
            stopped.complete(failure);
        } catch (Throwable failure) {
            LOG.error("the node stops: {}", failure.toString(), failure);
            closed = true;
            stopped.complete(failure);
        }
    }

    /// Runs some of those that go first; false when there were none.
    private boolean runUrgent() {
        for (int i = 0; i < URGENT_IN_A_ROW_MAX; i++) {
            Runnable task = urgent.poll();
            if (task == null) {
                return i > 0;
            }
            task.run();
        }
        return true;
    }

    /// Waits for room in the inbox. A task posted after [#close] is dropped.
    public void post(Runnable task) {
        put(inbox, task);
    }

    /// As [#post], for what decides blocks: it does not wait behind the transactions of a busy
    /// network. Such tasks run in the order in which they are posted.
    public void postFirst(Runnable task) {
        put(urgent, task);
        if (inbox.isEmpty()) {
            put(inbox, NodeLoop::wake);
        }
    }

    private static void wake() {}

    private void put(ArrayBlockingQueue<Runnable> queue, Runnable task) {
        try {
            while (!closed && !queue.offer(task, 100, TimeUnit.MILLISECONDS)) {
                Thread.onSpinWait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Runs `question` on the loop and waits for the answer. Throws [RpcError] when
    /// the node stops first.
    public <T> T ask(Supplier<T> question) {
        if (Thread.currentThread().equals(thread)) {
            return question.get();
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        post(
                () -> {
                    try {
                        answer.complete(question.get());
                    } catch (Throwable failure) {
                        answer.completeExceptionally(failure);
                        throw failure;
                    }
                });
        try {
            return CompletableFuture.anyOf(answer, stopped.thenApply(NodeLoop::stoppedNode))
                    .thenApply(ignored -> answer.getNow(null))
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            LOG.debug("a question without an answer", e);
            throw new RpcError(RpcError.SERVER_ERROR, STOPPED);
        }
    }

    private static Object stoppedNode(Throwable cause) {
        LOG.debug("asked too late", cause);
        throw new RpcError(RpcError.SERVER_ERROR, STOPPED);
    }

    /// Completed with the reason once the loop has ended.
    public CompletableFuture<Throwable> stopped() {
        return stopped;
    }

    public void close() {
        closed = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
