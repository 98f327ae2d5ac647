package org.assay.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The order in which a node does its work.
@Timeout(30)
class NodeLoopTest {
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final NodeLoop loop = new NodeLoop(now -> done.add("poll"), 5);

    @AfterEach
    void end() {
        loop.close();
    }

    @Test
    void consensusGoesBeforeTheTransactionsThatWaitAndInItsOwnOrder() {
        for (int i = 0; i < 100; i++) {
            loop.post(() -> done.add("transaction"));
        }
        for (int i = 0; i < 3; i++) {
            String vote = "vote " + i;
            loop.postFirst(() -> done.add(vote));
        }
        loop.start();
        loop.ask(() -> true);
        assertThat(done.stream().filter(one -> !one.equals("poll")))
                .startsWith("vote 0", "vote 1", "vote 2", "transaction")
                .hasSize(103);
    }

    @Test
    void aFloodOfVotesDoesNotKeepTransactionsOut() {
        loop.post(() -> done.add("transaction"));
        for (int i = 0; i < 1_000; i++) {
            loop.postFirst(() -> done.add("vote"));
        }
        loop.start();
        loop.ask(() -> true);
        assertThat(done.indexOf("transaction")).isBetween(1, 100);
    }

    @Test
    void aSleepingLoopIsWokenByWhatGoesFirst() throws InterruptedException {
        NodeLoop sleepy = new NodeLoop(now -> {}, TimeUnit.HOURS.toMillis(1));
        sleepy.start();
        CountDownLatch ran = new CountDownLatch(1);
        sleepy.postFirst(ran::countDown);
        assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
        sleepy.post(() -> {});
        sleepy.close();
    }

    @Test
    void pollsWhileTasksKeepComing() {
        loop.start();
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
        while (System.nanoTime() < until) {
            loop.post(Thread::onSpinWait);
        }
        assertThat(done.size()).isGreaterThan(5);
    }
}
