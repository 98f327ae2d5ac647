package org.assay.app.rpc;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// One kept HTTP connection with as little of a client as will do, so that a measurement is one
/// of the server. One thread.
public final class PlainHttp implements AutoCloseable {
    private static final String LENGTH = "content-length:";
    private static final int LINE_BYTES_MAX = 8_192;

    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;
    private final String head;

    public PlainHttp(URI target) throws IOException {
        int port = target.getPort() < 0 ? 80 : target.getPort();
        this.socket = new Socket(target.getHost(), port);
        socket.setTcpNoDelay(true);
        this.out = socket.getOutputStream();
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        this.head =
                "POST / HTTP/1.1\r\nHost: "
                        + target.getHost()
                        + ":"
                        + port
                        + "\r\nContent-Type: application/json\r\nContent-Length: ";
    }

    /// Sends `body` and reads the answer to its end. Throws [IOException] for any status but 200.
    public byte[] post(String body) throws IOException {
        byte[] bytes =
                (head + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
        out.write(bytes);
        out.flush();
        String status = line();
        if (!status.contains(" 200")) {
            throw new IOException("the node answers " + status);
        }
        int length = -1;
        boolean chunked = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith(LENGTH)) {
                length = Integer.parseInt(lower.substring(LENGTH.length()).strip());
            }
            chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
        }
        return chunked ? chunks() : exactly(length);
    }

    private byte[] exactly(int length) throws IOException {
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the answer is cut short");
        }
        return body;
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16);
                size > 0;
                size = Integer.parseInt(line(), 16)) {
            body.write(exactly(size));
            line();
        }
        line();
        return body.toByteArray();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.length() > LINE_BYTES_MAX) {
                throw new EOFException("the connection ends inside an answer");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
