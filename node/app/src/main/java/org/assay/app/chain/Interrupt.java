package org.assay.app.chain;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C and SIGTERM during work that must end at a whole block: the signal waits until
/// [#close].
final class Interrupt implements AutoCloseable {
    /// The exit status of a command ended by Ctrl-C.
    static final int STATUS = 130;

    private static final long WAIT_MILLIS_MAX = 30_000;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onSignal);
    private volatile boolean asked;

    Interrupt() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Whether the work is to end now.
    boolean isAsked() {
        return asked;
    }

    private void onSignal() {
        asked = true;
        try {
            if (!ended.await(WAIT_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
                System.err.println("assay: the files did not close in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ended.countDown();
        if (!asked) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }
}
