package org.assay.p2p.rlpx;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageCodec;
import java.security.SecureRandom;
import java.util.List;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/// The handshake, then frames: bytes of one connection to [Agreed] (once) and frame data
/// (`byte[]`), and back. Belongs to the connection's event loop. Large frames are read only
/// within the [Budget]; whoever handles a frame's data gives it back.
final class RlpxCodec extends ByteToMessageCodec<byte[]> {
    /// Frames up to this size are not counted: the socket's own buffers are as large.
    static final int SMALL_BYTES = 16 << 10;

    /// Until the peer has said Hello.
    static final int HELLO_FRAME_BYTES_MAX = 4 << 10;

    private final Handshake handshake;
    private final byte @Nullable [] remoteKey;
    private final Budget budget;
    private final ReadGate gate;
    private volatile int frameBytesMax = HELLO_FRAME_BYTES_MAX;
    private @Nullable Frames frames;
    private int bodyBytes = -1;
    private int taken;
    private boolean waiting;

    /// The peer's static key, known now.
    record Agreed(Bytes publicKey) {}

    /// `remoteKey` is the key that must answer, null where the peer opened the connection.
    RlpxCodec(
            SecretKey key,
            byte @Nullable [] remoteKey,
            Budget budget,
            ReadGate gate,
            SecureRandom random) {
        this.handshake = new Handshake(key, random);
        this.remoteKey = remoteKey;
        this.budget = budget;
        this.gate = gate;
    }

    /// After Hello frames may be large.
    void allowLargeFrames() {
        frameBytesMax = Frames.DATA_BYTES_MAX;
    }

    static int countedBytes(int dataBytes) {
        return dataBytes > SMALL_BYTES ? dataBytes : 0;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        if (remoteKey != null) {
            context.writeAndFlush(Unpooled.wrappedBuffer(handshake.auth(remoteKey)))
                    .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
        super.channelActive(context);
    }

    @Override
    protected void encode(ChannelHandlerContext context, byte[] data, ByteBuf out)
            throws PeerException {
        if (frames == null) {
            throw PeerException.breach("a message before the handshake");
        }
        out.writeBytes(frames.seal(data));
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
            throws PeerException {
        if (frames == null) {
            agree(context, in, out);
        } else if (bodyBytes < 0) {
            readHeader(in, frames);
        } else {
            readBody(context, in, out, frames);
        }
    }

    private void agree(ChannelHandlerContext context, ByteBuf in, List<Object> out)
            throws PeerException {
        if (in.readableBytes() < 2) {
            return;
        }
        byte[] start = {in.getByte(in.readerIndex()), in.getByte(in.readerIndex() + 1)};
        int size =
                HandshakeMessage.sizeOf(
                        start,
                        remoteKey == null
                                ? HandshakeMessage.OLD_AUTH_BYTES
                                : HandshakeMessage.OLD_ACK_BYTES);
        if (in.readableBytes() < size) {
            return;
        }
        byte[] message = new byte[size];
        in.readBytes(message);
        Handshake.Agreed agreed =
                remoteKey == null ? handshake.onAuth(message) : handshake.onAck(message, remoteKey);
        if (!agreed.answer().isEmpty()) {
            context.writeAndFlush(Unpooled.wrappedBuffer(agreed.answer().unsafeArray()))
                    .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
        frames = new Frames(agreed.secrets());
        out.add(new Agreed(agreed.publicKey()));
    }

    private void readHeader(ByteBuf in, Frames open) throws PeerException {
        if (in.readableBytes() < Frames.HEADER_BYTES) {
            return;
        }
        byte[] header = new byte[Frames.HEADER_BYTES];
        in.readBytes(header);
        int size = open.openHeader(header);
        if (size == 0 || size > frameBytesMax) {
            throw PeerException.breach("a frame of " + size + " bytes");
        }
        bodyBytes = size;
    }

    private void readBody(ChannelHandlerContext context, ByteBuf in, List<Object> out, Frames open)
            throws PeerException {
        int counted = countedBytes(bodyBytes);
        if (counted > 0 && taken == 0) {
            if (waiting || !budget.tryTake(counted, () -> retry(context))) {
                pause();
                return;
            }
            taken = counted;
        }
        int size = Frames.bodyBytes(bodyBytes);
        if (in.readableBytes() < size) {
            return;
        }
        byte[] body = new byte[size];
        in.readBytes(body);
        out.add(open.openBody(body, bodyBytes));
        bodyBytes = -1;
        taken = 0; // the handler's now
    }

    private void pause() {
        if (!waiting) {
            waiting = true;
            gate.hold(ReadGate.Reason.BUDGET);
        }
    }

    /// There is room again: goes on with what has been read already.
    private void retry(ChannelHandlerContext context) {
        context.executor()
                .execute(
                        () -> {
                            waiting = false;
                            gate.release(ReadGate.Reason.BUDGET);
                            try {
                                channelRead(context, Unpooled.EMPTY_BUFFER);
                            } catch (Exception e) {
                                context.fireExceptionCaught(e);
                            }
                        });
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) throws Exception {
        super.handlerRemoved(context);
        if (taken > 0) {
            budget.giveBack(taken);
            taken = 0;
        }
    }
}
