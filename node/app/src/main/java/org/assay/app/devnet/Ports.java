package org.assay.app.devnet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// Ports on loopback.
public final class Ports {
    /// Below the range from which Linux takes the ports of outgoing connections: one of those
    /// could take a port between its choice and its use.
    private static final int FIRST = 20_000;

    private static final int LAST = 29_999;
    private static final int TRIES_MAX = 1_000;
    private static final Set<Integer> GIVEN = new HashSet<>();

    private Ports() {}

    /// One that nobody listens on at the moment, and that was not given before.
    public static synchronized int free() throws IOException {
        for (int i = 0; i < TRIES_MAX; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
            if (!GIVEN.contains(port) && isFree(port)) {
                GIVEN.add(port);
                return port;
            }
        }
        throw new IOException("no free port on loopback between " + FIRST + " and " + LAST);
    }

    /// `wanted`, or where that is taken another.
    public static int freeOr(int wanted) throws IOException {
        return isFree(wanted) ? wanted : free();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
