package org.assay.app.devnet;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/// Loopback TCP between validators that a test can cut: whoever dials validator `i` from
/// validator `j` comes to a port of this class, which passes bytes on both ways while the two may
/// talk.
final class Switchboard implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 14;
    private static final int VALIDATORS_MAX = 64;

    private final List<ServerSocket> doors = new ArrayList<>();
    private final Set<Line> lines = ConcurrentHashMap.newKeySet();
    private final AtomicLongArray bytesTo = new AtomicLongArray(VALIDATORS_MAX);
    private volatile Set<Integer> apart = Set.of();
    private volatile int slow = -1;
    private volatile long slowBytesPerSecond = Long.MAX_VALUE;

    private record Line(int from, int to, Socket left, Socket right) {
        void cut() {
            try (left;
                    right) {
                left.shutdownOutput();
            } catch (IOException gone) {
                return; // that was the point
            }
        }
    }

    /// The port by which `from` reaches the validator `to`, which listens on `target`.
    int door(int from, int to, int target) throws IOException {
        ServerSocket door = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        doors.add(door);
        Thread.ofVirtual().start(() -> serve(door, from, to, target));
        return door.getLocalPort();
    }

    private void serve(ServerSocket door, int from, int to, int target) {
        try {
            while (true) {
                connect(door.accept(), from, to, target);
            }
        } catch (IOException closed) {
            lines.forEach(Line::cut);
        }
    }

    /// Without an end to connect to, the dialler sees its own closed and tries again.
    private void connect(Socket left, int from, int to, int target) throws IOException {
        if (areApart(from, to)) {
            left.close();
            return;
        }
        Socket right = new Socket();
        try {
            right.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
        } catch (ConnectException nobodyThere) {
            left.close();
            return;
        }
        Line line = new Line(from, to, left, right);
        lines.add(line);
        Thread.ofVirtual().start(() -> pass(line, to, left, right));
        Thread.ofVirtual().start(() -> pass(line, from, right, left));
    }

    private void pass(Line line, int receiver, Socket in, Socket out) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (int n = in.getInputStream().read(buffer);
                    n > 0;
                    n = in.getInputStream().read(buffer)) {
                bytesTo.addAndGet(receiver, n);
                if (receiver == slow) {
                    Thread.sleep(1_000L * n / slowBytesPerSecond);
                }
                out.getOutputStream().write(buffer, 0, n);
            }
        } catch (IOException ended) {
            lines.remove(line);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        line.cut();
        lines.remove(line);
    }

    private boolean areApart(int one, int other) {
        return !apart.isEmpty() && apart.contains(one) != apart.contains(other);
    }

    /// Each line to `receiver` brings no more than this from now on.
    void slowDown(int receiver, long bytesPerSecond) {
        slowBytesPerSecond = bytesPerSecond;
        slow = receiver;
    }

    /// As fast as this machine is.
    void speedUp() {
        slow = -1;
    }

    /// Bytes that were sent to `receiver` so far, on all lines.
    long bytesTo(int receiver) {
        return bytesTo.get(receiver);
    }

    /// From now on nobody in `group` hears anybody outside it.
    void cut(Set<Integer> group) {
        apart = Set.copyOf(group);
        lines.stream().filter(line -> areApart(line.from, line.to)).forEach(Line::cut);
    }

    void heal() {
        apart = Set.of();
    }

    @Override
    public void close() throws IOException {
        for (ServerSocket door : doors) {
            door.close();
        }
        lines.forEach(Line::cut);
    }
}
