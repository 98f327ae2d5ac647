package org.assay.app.devnet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Linux network namespaces, one a validator, on two switches with one cable between them.
/// Pulled, it lets no packet through, and neither end is told: connections hang as they do
/// between machines. A second cable of each validator, to this machine only, carries its RPC.
///
/// Addresses are of 198.18.0.0/15, which RFC 2544 keeps for tests.
final class Namespaces implements AutoCloseable {
    private static final long COMMAND_SECONDS_MAX = 20;

    private final String name = "assay" + ProcessHandle.current().pid() % 100_000;
    private final int validators;

    private Namespaces(int validators) {
        this.validators = validators;
    }

    /// Validators from `left` on are on the second switch. Empty, with a message, where this
    /// process may not make namespaces.
    static Optional<Namespaces> open(int validators, int left) throws IOException {
        Namespaces made = new Namespaces(validators);
        try {
            made.build(left);
            return Optional.of(made);
        } catch (IOException e) {
            System.out.println("no network namespaces here: " + e.getMessage());
            made.close();
            return Optional.empty();
        }
    }

    /// Whether this process may make them.
    static boolean arePossible() throws IOException {
        Optional<Namespaces> one = open(1, 1);
        if (one.isPresent()) {
            one.get().close();
        }
        return one.isPresent();
    }

    private void build(int left) throws IOException {
        String board = name + "-s";
        ip("netns add " + board);
        ip("-n " + board + " link add name left type bridge");
        ip("-n " + board + " link add name right type bridge");
        ip("-n " + board + " link add name cable type veth peer name end");
        ip("-n " + board + " link set cable master left");
        ip("-n " + board + " link set end master right");
        for (String link : List.of("left", "right", "cable", "end")) {
            ip("-n " + board + " link set " + link + " up");
        }
        for (int i = 0; i < validators; i++) {
            String room = room(i);
            ip("netns add " + room);
            ip("-n " + room + " link set lo up");
            ip(
                    "link add name peers netns "
                            + room
                            + " type veth peer name v"
                            + i
                            + " netns "
                            + board);
            ip("-n " + board + " link set v" + i + " master " + (i < left ? "left" : "right"));
            ip("-n " + board + " link set v" + i + " up");
            ip("-n " + room + " addr add " + seat(i).p2pHost() + "/24 dev peers");
            ip("-n " + room + " link set peers up");
            ip("link add name " + door(i) + " type veth peer name calls netns " + room);
            ip("addr add 198.19." + i + ".1/30 dev " + door(i));
            ip("link set " + door(i) + " up");
            ip("-n " + room + " addr add " + seat(i).rpcHost() + "/30 dev calls");
            ip("-n " + room + " link set calls up");
        }
    }

    private String room(int index) {
        return name + "-" + index;
    }

    private String door(int index) {
        return name + "d" + index;
    }

    ValidatorProcesses.Seat seat(int index) {
        return new ValidatorProcesses.Seat(
                List.of("ip", "netns", "exec", room(index)),
                "198.18.0." + (index + 1),
                "198.19." + index + ".2");
    }

    void cut() throws IOException {
        ip("-n " + name + "-s link set cable down");
    }

    void heal() throws IOException {
        ip("-n " + name + "-s link set cable up");
    }

    private static void ip(String arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments.split(" ", -1)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("ip " + arguments + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (process.exitValue() != 0) {
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            throw new IOException("ip " + arguments + ": " + said.strip());
        }
    }

    @Override
    public void close() {
        for (int i = 0; i < validators; i++) {
            remove("link del " + door(i));
            remove("netns del " + room(i));
        }
        remove("netns del " + name + "-s");
    }

    private static void remove(String arguments) {
        try {
            ip(arguments);
        } catch (IOException wasNeverThere) {
            return;
        }
    }
}
