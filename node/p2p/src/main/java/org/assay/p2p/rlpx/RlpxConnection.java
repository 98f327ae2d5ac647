package org.assay.p2p.rlpx;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/// One connection as its own thread sees it: messages come out of [#receive] one after the other,
/// and [#send] never blocks. The event loop fills the inbox, the thread of the connection empties
/// it; any thread sends.
public final class RlpxConnection {
    /// Messages, and bytes of them, that wait for the connection's thread before reading stops.
    static final int INBOX_MAX = 1_024;

    static final long INBOX_BYTES_MAX = 4L << 20;

    /// Bytes that wait to be sent before the peer counts as too slow.
    static final long OUTBOX_BYTES_MAX = 48L << 20;

    /// A message as it came: `payload` decompressed.
    public record Message(int id, Bytes payload) {}

    private sealed interface Arrival {
        record Key(Bytes publicKey) implements Arrival {}

        @SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
        record Frame(byte[] data) implements Arrival {}

        record End(PeerException cause) implements Arrival {}
    }

    private final Channel channel;
    private final RlpxCodec codec;
    private final ReadGate gate;
    private final Budget budget;
    private final BlockingQueue<Arrival> inbox = new LinkedBlockingQueue<>();
    private final AtomicLong inboxBytes = new AtomicLong();
    private final AtomicLong outboxBytes = new AtomicLong();
    private volatile boolean compressed;

    /// Takes over an open channel that has no handlers yet. `remoteKey` is the key that must
    /// answer, null where the peer opened the connection.
    public static RlpxConnection over(
            Channel channel,
            SecretKey key,
            byte @Nullable [] remoteKey,
            Budget budget,
            SecureRandom random) {
        RlpxConnection connection = new RlpxConnection(channel, key, remoteKey, budget, random);
        channel.pipeline()
                .addLast(new FlushConsolidationHandler(64, true))
                .addLast(connection.codec)
                .addLast(connection.new Receiver());
        return connection;
    }

    private RlpxConnection(
            Channel channel,
            SecretKey key,
            byte @Nullable [] remoteKey,
            Budget budget,
            SecureRandom random) {
        this.channel = channel;
        this.budget = budget;
        this.gate = new ReadGate(channel);
        this.codec = new RlpxCodec(key, remoteKey, budget, gate, random);
    }

    /// Fills the inbox.
    private final class Receiver extends SimpleChannelInboundHandler<Object> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, Object message) {
            switch (message) {
                case RlpxCodec.Agreed(Bytes publicKey) -> inbox.add(new Arrival.Key(publicKey));
                case byte[] data -> {
                    inbox.add(new Arrival.Frame(data));
                    long waiting = inboxBytes.addAndGet(data.length);
                    if (waiting > INBOX_BYTES_MAX || inbox.size() > INBOX_MAX) {
                        gate.hold(ReadGate.Reason.BACKLOG);
                    }
                }
                default -> throw new IllegalStateException("nothing else comes here");
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            inbox.add(
                    new Arrival.End(
                            new PeerException(
                                    DisconnectReason.TCP_ERROR, "the connection has ended")));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            Throwable root = cause.getCause() instanceof PeerException ? cause.getCause() : cause;
            inbox.add(
                    new Arrival.End(
                            root instanceof PeerException known
                                    ? known
                                    : new PeerException(
                                            DisconnectReason.TCP_ERROR,
                                            String.valueOf(root.getMessage()),
                                            root)));
            context.close().addListener(ignored -> {});
        }
    }

    /// Waits for the key agreement; the other side's static key.
    public Bytes awaitAgreement(long millisMax) throws PeerException, InterruptedException {
        return switch (take(millisMax)) {
            case Arrival.Key(Bytes publicKey) -> publicKey;
            case Arrival.End(PeerException cause) -> throw cause;
            case Arrival.Frame ignored -> throw PeerException.breach("a frame too early");
            case null ->
                    throw new PeerException(DisconnectReason.PING_TIMEOUT, "no handshake in time");
        };
    }

    /// The next message, null when none came in time. Throws when the connection has ended.
    public @Nullable Message receive(long millisMax) throws PeerException, InterruptedException {
        return switch (take(millisMax)) {
            case Arrival.Frame(byte[] data) -> open(data);
            case Arrival.End(PeerException cause) -> throw cause;
            case Arrival.Key ignored -> throw PeerException.breach("a second handshake");
            case null -> null;
        };
    }

    private @Nullable Arrival take(long millisMax) throws InterruptedException {
        Arrival arrival = inbox.poll(millisMax, TimeUnit.MILLISECONDS);
        if (arrival instanceof Arrival.Frame(byte[] data)) {
            long waiting = inboxBytes.addAndGet(-data.length);
            if (waiting < INBOX_BYTES_MAX / 2 && inbox.size() < INBOX_MAX / 2) {
                gate.release(ReadGate.Reason.BACKLOG);
            }
        }
        return arrival;
    }

    private Message open(byte[] data) throws PeerException {
        int counted = RlpxCodec.countedBytes(data.length);
        try {
            int first = data[0] & 0xff;
            if (first > 0x80) {
                throw PeerException.breach("a message id above 127");
            }
            int id = first == 0x80 ? 0 : first;
            return new Message(
                    id,
                    compressed
                            ? SnappyPayload.decompress(data, 1, SnappyPayload.PAYLOAD_BYTES_MAX)
                            : Bytes.wrap(data).slice(1, data.length));
        } finally {
            if (counted > 0) {
                budget.giveBack(counted);
            }
        }
    }

    /// Both sides have said Hello of version 5 or later: from now on payloads are compressed and
    /// may be large.
    public void startCompression() {
        compressed = true;
        codec.allowLargeFrames();
    }

    /// Queues a message. False when the peer reads too slowly to be worth keeping.
    public boolean send(int id, Bytes payload) {
        return sendPacked(id, compressed ? SnappyPayload.compress(payload) : payload);
    }

    /// As [#send] for a payload that is compressed already, as one sent to many peers is.
    public boolean sendPacked(int id, Bytes packed) {
        if (id < 0 || id > 0x7f || packed.size() + 1 > Frames.DATA_BYTES_MAX) {
            throw new IllegalArgumentException("message " + id + ", " + packed.size() + " bytes");
        }
        byte[] data = new byte[1 + packed.size()];
        data[0] = (byte) (id == 0 ? 0x80 : id);
        System.arraycopy(packed.unsafeArray(), 0, data, 1, packed.size());
        if (!channel.isActive()) {
            return true; // its own thread sees the end
        }
        if (outboxBytes.addAndGet(data.length) > OUTBOX_BYTES_MAX) {
            return false;
        }
        channel.writeAndFlush(data).addListener(ignored -> outboxBytes.addAndGet(-data.length));
        return true;
    }

    public boolean isOpen() {
        return channel.isActive();
    }

    public InetSocketAddress remote() {
        return (InetSocketAddress) channel.remoteAddress();
    }

    /// Sends what is queued and closes. Any thread; the connection's own sees the end in
    /// [#receive].
    public void close() {
        if (!channel.isActive()) {
            channel.close().addListener(ignored -> {});
            return;
        }
        channel.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER)
                .addListener(ChannelFutureListener.CLOSE);
    }

    /// Closes at once.
    public void abort() {
        channel.close().addListener(ignored -> {});
    }

    /// After the last [#receive]: gives back what was never handled.
    public void release() {
        Arrival arrival;
        while ((arrival = inbox.poll()) != null) {
            if (arrival instanceof Arrival.Frame(byte[] data)) {
                budget.giveBack(RlpxCodec.countedBytes(data.length));
            }
        }
    }
}
