package org.assay.app.devnet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/// Ports on loopback.
public final class Ports {
    private Ports() {}

    /// One that nobody listens on at the moment.
    public static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// `wanted`, or where that is taken another.
    public static int freeOr(int wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException taken) {
            return free();
        }
    }
}
