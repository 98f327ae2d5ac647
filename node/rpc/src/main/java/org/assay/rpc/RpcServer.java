package org.assay.rpc;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// JSON-RPC over HTTP on Netty. Each request body runs on a virtual thread of its own, requests
/// of one connection one after the other.
public final class RpcServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RpcServer.class);

    /// One request body.
    static final int BODY_BYTES_MAX = 10 << 20;

    private static final int IDLE_SECONDS_MAX = 120;

    private final MultiThreadIoEventLoopGroup group;
    private final ExecutorService calls;
    private final Channel channel;

    private RpcServer(MultiThreadIoEventLoopGroup group, ExecutorService calls, Channel channel) {
        this.group = group;
        this.calls = calls;
        this.channel = channel;
    }

    /// Serves `backend` on `listen`. Throws [IOException] when the port is taken.
    public static RpcServer start(InetSocketAddress listen, Backend backend) throws IOException {
        RpcHandler handler =
                new RpcHandler(
                        List.of(
                                new EthMethods(backend),
                                new NetMethods(backend),
                                new TxpoolMethods(backend),
                                new AssayMethods(backend),
                                new WorkMethods(backend),
                                new EmissionMethods(backend)),
                        backend::settle);
        ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
        MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(group)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel connection) {
                                        connection
                                                .pipeline()
                                                .addLast(
                                                        new IdleStateHandler(
                                                                0, 0, IDLE_SECONDS_MAX),
                                                        new HttpServerCodec(),
                                                        new HttpObjectAggregator(BODY_BYTES_MAX),
                                                        new Requests(handler, calls));
                                    }
                                });
        try {
            return new RpcServer(
                    group, calls, bootstrap.bind(listen).syncUninterruptibly().channel());
        } catch (RuntimeException e) {
            var _ = group.shutdownGracefully();
            calls.shutdown();
            throw new IOException(
                    "cannot serve JSON-RPC on "
                            + listen
                            + " ("
                            + e.getMessage()
                            + "): choose another --rpc-port",
                    e);
        }
    }

    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    private static final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final RpcHandler handler;
        private final ExecutorService calls;

        Requests(RpcHandler handler, ExecutorService calls) {
            this.handler = handler;
            this.calls = calls;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            boolean keepAlive = HttpUtil.isKeepAlive(request);
            if (!request.method().equals(HttpMethod.POST)) {
                String health = request.uri().equals("/health") ? "{\"status\":\"up\"}" : null;
                respond(
                        context,
                        health == null
                                ? HttpResponseStatus.METHOD_NOT_ALLOWED
                                : HttpResponseStatus.OK,
                        (health == null ? "send JSON-RPC by POST\n" : health)
                                .getBytes(StandardCharsets.UTF_8),
                        keepAlive);
                return;
            }
            byte[] body = ByteBufUtil.getBytes(request.content());
            calls.execute(
                    () -> {
                        Optional<byte[]> answer = handler.answer(body);
                        respond(
                                context,
                                HttpResponseStatus.OK,
                                answer.orElse(new byte[0]),
                                keepAlive);
                    });
        }

        private static void respond(
                ChannelHandlerContext context,
                HttpResponseStatus status,
                byte[] content,
                boolean keepAlive) {
            ByteBuf buffer = Unpooled.wrappedBuffer(content);
            FullHttpResponse response =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, buffer);
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                    .setInt(HttpHeaderNames.CONTENT_LENGTH, content.length);
            HttpUtil.setKeepAlive(response, keepAlive);
            var written = context.writeAndFlush(response);
            if (!keepAlive) {
                written.addListener(ChannelFutureListener.CLOSE);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            var _ = context.close(); // idle
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("an RPC connection failed: {}", cause.toString());
            var _ = context.close();
        }
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        var _ = group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
        calls.shutdown();
    }
}
