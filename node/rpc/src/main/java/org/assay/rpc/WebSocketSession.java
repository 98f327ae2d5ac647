package org.assay.rpc;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One WebSocket connection: requests one after the other, notifications between them. A client
/// that does not read what is sent to it is disconnected.
final class WebSocketSession extends SimpleChannelInboundHandler<WebSocketFrame>
        implements Caller.Push {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketSession.class);

    /// Bytes that may wait for a client to read them.
    private static final long UNSENT_BYTES_MAX = 16 << 20;

    /// Requests of one connection that may wait for their turn before reading stops.
    private static final int WAITING_MAX = 64;

    private final HttpService service;
    private final ChannelHandlerContext http;
    private final Caller caller;
    private final ArrayDeque<byte[]> requests = new ArrayDeque<>();
    private final ArrayDeque<byte[]> notifications = new ArrayDeque<>();
    private long notificationBytes;
    private boolean busy;
    private boolean pinged;

    private WebSocketSession(HttpService service, ChannelHandlerContext http, Caller caller) {
        this.service = service;
        this.http = http;
        this.caller =
                new Caller(caller.client(), caller.here(), caller.trusted(), Optional.of(this));
    }

    /// Answers the handshake and takes the HTTP handler's place.
    static void upgrade(
            ChannelHandlerContext context,
            FullHttpRequest request,
            HttpService service,
            Caller caller) {
        int bytesMax = service.options().limits().request().bodyBytesMax();
        WebSocketServerHandshaker handshaker =
                new WebSocketServerHandshakerFactory(
                                "ws://" + request.headers().get("host", "localhost"),
                                null,
                                false,
                                bytesMax)
                        .newHandshaker(request);
        if (handshaker == null) {
            var _ =
                    WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(
                            context.channel());
            return;
        }
        WebSocketSession session = new WebSocketSession(service, context, caller);
        context.pipeline().addLast(new WebSocketFrameAggregator(bytesMax), session);
        var _ = handshaker.handshake(context.channel(), request);
        context.pipeline().remove(context.handler());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        pinged = false;
        switch (frame) {
            case TextWebSocketFrame text -> offer(ByteBufUtil.getBytes(text.content()));
            case BinaryWebSocketFrame binary -> offer(ByteBufUtil.getBytes(binary.content()));
            case PingWebSocketFrame ping -> {
                var _ = context.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
            }
            case CloseWebSocketFrame close -> {
                var _ =
                        context.writeAndFlush(close.retain())
                                .addListener(ChannelFutureListener.CLOSE);
            }
            case PongWebSocketFrame pong -> {}
            case ContinuationWebSocketFrame part -> {}
            default -> {}
        }
    }

    private void offer(byte[] request) {
        if (busy) {
            requests.add(request);
            if (requests.size() >= WAITING_MAX) {
                http.channel().config().setAutoRead(false);
            }
            return;
        }
        run(request);
    }

    private void run(byte[] request) {
        busy = true;
        service.calls()
                .execute(
                        () -> {
                            Optional<RpcHandler.Answer> answer =
                                    service.handler().answer(request, caller);
                            http.executor().execute(() -> finish(answer));
                        });
    }

    private void finish(Optional<RpcHandler.Answer> answer) {
        answer.ifPresent(made -> write(made.json().unsafeArray()));
        busy = false;
        byte[] notification;
        while ((notification = notifications.poll()) != null) {
            write(notification);
        }
        notificationBytes = 0;
        byte[] next = requests.poll();
        if (next != null) {
            run(next);
        } else {
            http.channel().config().setAutoRead(true);
        }
    }

    private void write(byte[] json) {
        var _ = http.channel().writeAndFlush(new TextWebSocketFrame(Unpooled.wrappedBuffer(json)));
    }

    @Override
    public boolean send(byte[] json) {
        if (!http.channel().isActive()) {
            return false;
        }
        long unsent = http.channel().unsafe().outboundBuffer() == null ? 0 : unsentBytes();
        if (unsent > UNSENT_BYTES_MAX) {
            LOG.debug("{} does not read its notifications", caller.client());
            var _ = http.channel().close();
            return false;
        }
        http.executor().execute(() -> notifyNow(json));
        return true;
    }

    private long unsentBytes() {
        var buffer = http.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /// After the answer to the call in progress, which may be the one that subscribed.
    private void notifyNow(byte[] json) {
        if (!busy) {
            write(json);
            return;
        }
        notifications.add(json);
        notificationBytes += json.length;
        if (notificationBytes > UNSENT_BYTES_MAX) {
            var _ = http.channel().close();
        }
    }

    @Override
    public void onClose(Consumer<Caller.Push> then) {
        var _ = http.channel().closeFuture().addListener(closed -> then.accept(this));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof IdleStateEvent)) {
            return;
        }
        if (pinged) {
            var _ = context.close();
            return;
        }
        pinged = true;
        var _ = context.writeAndFlush(new PingWebSocketFrame());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("a WebSocket connection failed: {}", cause.toString());
        var _ = context.close();
    }
}
