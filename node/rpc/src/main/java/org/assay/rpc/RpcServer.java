package org.assay.rpc;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assay.rpc.debug.DebugMethods;
import org.assay.rpc.simulate.AccessListMethods;
import org.assay.rpc.simulate.SimulateMethods;
import org.assay.rpc.trace.TraceMethods;

/// JSON-RPC over HTTP and WebSocket on one port, on Netty. Each request runs on a virtual thread
/// of its own, requests of one connection one after the other.
public final class RpcServer implements AutoCloseable {
    private static final int IDLE_SECONDS_MAX = 120;

    private final MultiThreadIoEventLoopGroup group;
    private final ExecutorService calls;
    private final Channel channel;

    private RpcServer(MultiThreadIoEventLoopGroup group, ExecutorService calls, Channel channel) {
        this.group = group;
        this.calls = calls;
        this.channel = channel;
    }

    /// Serves `backend` and the namespaces in `extra`, whose methods take the place of those of
    /// the same name. Throws [IOException] when the port is taken.
    public static RpcServer start(RpcOptions options, Backend backend, List<Methods> extra)
            throws IOException {
        return start(options, backend, extra, List.of());
    }

    /// The same with pages for plain GET.
    public static RpcServer start(
            RpcOptions options, Backend backend, List<Methods> extra, List<HttpRoute> routes)
            throws IOException {
        RpcHandler handler =
                new RpcHandler(
                        namespaces(options, backend, extra), options.limits(), backend::settle);
        List<HttpRoute> pages = new ArrayList<>(routes);
        pages.addAll(SupplyRoutes.of(backend.chain()));
        return serve(options, handler, pages);
    }

    /// The standard namespaces of `backend`, then `extra`.
    public static List<Methods> namespaces(
            RpcOptions options, Backend backend, List<Methods> extra) {
        List<Methods> namespaces = new ArrayList<>();
        namespaces.add(new EthMethods(backend));
        namespaces.add(new CallMethods(backend, options.limits()));
        namespaces.add(new BlockMethods(backend));
        namespaces.add(new FeeMethods(backend));
        namespaces.add(new SendMethods(backend));
        namespaces.add(new FilterMethods(backend, options.limits()));
        namespaces.add(
                new AccessListMethods(backend.chain(), options.limits().work().callMillisMax()));
        namespaces.add(
                new SimulateMethods(backend.chain(), options.limits().work().callMillisMax()));
        namespaces.add(new DebugMethods(backend.chain()));
        namespaces.add(new TraceMethods(backend.chain()));
        namespaces.add(new NetMethods(backend));
        namespaces.add(new AdminMethods(backend));
        namespaces.add(new TxpoolMethods(backend));
        namespaces.add(new TestingMethods(backend));
        namespaces.add(new AssayMethods(backend));
        namespaces.add(new WorkMethods(backend));
        namespaces.add(new EmissionMethods(backend));
        backend.chain()
                .spec()
                .qbft()
                .ifPresent(
                        schedule -> {
                            namespaces.add(new QbftMethods(backend, schedule.first()));
                            namespaces.add(new VoteMethods(backend, schedule));
                        });
        namespaces.addAll(extra);
        return namespaces;
    }

    private static RpcServer serve(RpcOptions options, RpcHandler handler, List<HttpRoute> routes)
            throws IOException {
        ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
        MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        HttpService service = new HttpService(options, handler, new Routes(routes), calls);
        AtomicInteger connections = new AtomicInteger();
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(group)
                        .channel(NioServerSocketChannel.class)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel connection) {
                                        accept(connection, service, connections);
                                    }
                                });
        try {
            return new RpcServer(
                    group, calls, bootstrap.bind(options.listen()).syncUninterruptibly().channel());
        } catch (RuntimeException e) {
            var _ = group.shutdownGracefully();
            calls.shutdown();
            throw new IOException(
                    "cannot serve JSON-RPC on "
                            + options.listen()
                            + " ("
                            + e.getMessage()
                            + "): choose another --rpc-port",
                    e);
        }
    }

    private static void accept(
            SocketChannel connection, HttpService service, AtomicInteger connections) {
        var _ = connection.closeFuture().addListener(closed -> connections.decrementAndGet());
        if (connections.incrementAndGet() > service.options().limits().client().connectionsMax()) {
            var _ = connection.close();
            return;
        }
        connection
                .pipeline()
                .addLast(
                        new IdleStateHandler(0, 0, IDLE_SECONDS_MAX),
                        new HttpServerCodec(),
                        new HttpObjectAggregator(
                                service.options().limits().request().bodyBytesMax()),
                        new HttpConnection(service));
    }

    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        calls.shutdown();
    }
}
