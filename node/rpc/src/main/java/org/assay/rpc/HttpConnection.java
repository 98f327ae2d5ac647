package org.assay.rpc;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Supplier;
import org.assay.primitives.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One HTTP connection. Owned by its event loop; calls run on virtual threads, one at a time, so
/// that answers leave in the order of their requests.
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    private static final String JSON = "application/json";

    private final HttpService service;
    private final ArrayDeque<FullHttpRequest> waiting = new ArrayDeque<>();
    private boolean busy;

    HttpConnection(HttpService service) {
        this.service = service;
    }

    /// An answer on its way: what every one of a request has in common.
    private record Reply(ChannelHandlerContext context, boolean keepAlive, Optional<String> cors) {}

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (busy) {
            waiting.add(request.retain());
            return;
        }
        serve(context, request);
    }

    private void serve(ChannelHandlerContext context, FullHttpRequest request) {
        HttpGate gate = new HttpGate(service.options().access());
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        Reply reply = new Reply(context, HttpUtil.isKeepAlive(request), gate.corsHeader(origin));
        if (!request.decoderResult().isSuccess()) {
            reply(reply, HttpResponseStatus.BAD_REQUEST, "bad request\n");
            return;
        }
        if (!gate.allowsHost(request.headers().get(HttpHeaderNames.HOST))) {
            reply(
                    reply,
                    HttpResponseStatus.FORBIDDEN,
                    "this host name is not allowed: see --rpc-allow-host\n");
            return;
        }
        if (!gate.allowsOrigin(origin, request.headers().get(HttpHeaderNames.HOST))) {
            reply(
                    reply,
                    HttpResponseStatus.FORBIDDEN,
                    "this origin is not allowed: see --rpc-cors\n");
            return;
        }
        Optional<Caller> caller = callerOf(context, request, gate);
        if (caller.isEmpty()) {
            reply(reply, HttpResponseStatus.UNAUTHORIZED, "the token is not valid\n");
            return;
        }
        dispatch(reply, request, caller.get());
    }

    private static Optional<Caller> callerOf(
            ChannelHandlerContext context, FullHttpRequest request, HttpGate gate) {
        InetSocketAddress remote = (InetSocketAddress) context.channel().remoteAddress();
        return gate.isTrusted(
                        remote.getAddress(),
                        request.headers().get(HttpHeaderNames.AUTHORIZATION),
                        Instant.now().getEpochSecond())
                .map(
                        trusted ->
                                new Caller(
                                        remote.getAddress().getHostAddress(),
                                        remote.getAddress().isLoopbackAddress(),
                                        trusted,
                                        Optional.empty()));
    }

    private void dispatch(Reply reply, FullHttpRequest request, Caller caller) {
        HttpMethod method = request.method();
        if (method.equals(HttpMethod.POST)) {
            byte[] body = ByteBufUtil.getBytes(request.content());
            run(reply, () -> answer(body, caller));
        } else if (method.equals(HttpMethod.OPTIONS)) {
            send(reply, HttpResponseStatus.NO_CONTENT, "text/plain", Bytes.EMPTY);
        } else if (method.equals(HttpMethod.GET) && isUpgrade(request)) {
            WebSocketSession.upgrade(reply.context(), request, service, caller);
        } else if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            String uri = request.uri();
            run(reply, () -> page(uri));
        } else {
            reply(reply, HttpResponseStatus.METHOD_NOT_ALLOWED, "send JSON-RPC by POST\n");
        }
    }

    private static boolean isUpgrade(FullHttpRequest request) {
        return request.headers()
                .containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    }

    private record Content(HttpResponseStatus status, String type, Bytes body) {}

    private Content answer(byte[] body, Caller caller) {
        Optional<RpcHandler.Answer> answer = service.handler().answer(body, caller);
        boolean isLimited = answer.isPresent() && answer.get().isLimited();
        return new Content(
                isLimited ? HttpResponseStatus.TOO_MANY_REQUESTS : HttpResponseStatus.OK,
                JSON,
                answer.map(RpcHandler.Answer::json).orElse(Bytes.EMPTY));
    }

    private Content page(String uri) {
        return service.routes()
                .get(uri)
                .map(
                        page ->
                                new Content(
                                        HttpResponseStatus.valueOf(page.status()),
                                        page.contentType(),
                                        page.body()))
                .orElseGet(
                        () ->
                                new Content(
                                        uri.equals("/")
                                                ? HttpResponseStatus.METHOD_NOT_ALLOWED
                                                : HttpResponseStatus.NOT_FOUND,
                                        "text/plain; charset=utf-8",
                                        bytes("send JSON-RPC by POST\n")));
    }

    /// Runs `work` on a virtual thread and sends what it made; the next request waits.
    private void run(Reply reply, Supplier<Content> work) {
        busy = true;
        reply.context().channel().config().setAutoRead(false);
        service.calls()
                .execute(
                        () -> {
                            Content content = guarded(work);
                            reply.context().executor().execute(() -> finish(reply, content));
                        });
    }

    private static Content guarded(Supplier<Content> work) {
        try {
            return work.get();
        } catch (RuntimeException bug) {
            // The edge of the program: one failed page must not end the server.
            LOG.error("a request failed", bug);
            return new Content(
                    HttpResponseStatus.INTERNAL_SERVER_ERROR,
                    "text/plain; charset=utf-8",
                    bytes("internal error\n"));
        }
    }

    private void finish(Reply reply, Content content) {
        send(reply, content.status(), content.type(), content.body());
        busy = false;
        FullHttpRequest next = waiting.poll();
        if (next != null) {
            try {
                serve(reply.context(), next);
            } finally {
                next.release();
            }
        }
        if (!busy) {
            reply.context().channel().config().setAutoRead(true);
        }
    }

    private static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void reply(Reply reply, HttpResponseStatus status, String text) {
        send(reply, status, "text/plain; charset=utf-8", bytes(text));
    }

    private static void send(Reply reply, HttpResponseStatus status, String type, Bytes content) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        status,
                        Unpooled.wrappedBuffer(content.unsafeArray()));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, type)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, content.size());
        reply.cors()
                .ifPresent(
                        origin ->
                                response.headers()
                                        .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                                        .set(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN)
                                        .set(
                                                HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS,
                                                "POST, GET, OPTIONS")
                                        .set(
                                                HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS,
                                                "content-type, authorization")
                                        .set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, "600"));
        HttpUtil.setKeepAlive(response, reply.keepAlive());
        var written = reply.context().writeAndFlush(response);
        if (!reply.keepAlive()) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        var _ = context.close(); // idle
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        releaseWaiting();
    }

    private void releaseWaiting() {
        @Nullable FullHttpRequest request;
        while ((request = waiting.poll()) != null) {
            request.release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("an RPC connection failed: {}", cause.toString());
        var _ = context.close();
    }
}
