package org.assay.app.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Tells what happens, to a person or as one JSON object a line. Safe for many threads.
final class DemoView {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream out;
    private final boolean json;
    private final boolean colour;
    private final long startMillis = System.currentTimeMillis();
    private String status = "";
    private final List<Expectation> expectations = new ArrayList<>();

    /// One thing that must come true, and whether it did.
    record Expectation(String name, boolean met, String detail) {}

    DemoView(PrintStream out, boolean json) {
        this.out = out;
        this.json = json;
        this.colour = !json && isTerminal() && System.getenv("NO_COLOR") == null;
    }

    /// Null still happens: where jdk.internal.le is not resolved and the output is a pipe.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        var console = System.console();
        return console != null && console.isTerminal();
    }

    /// A line at the bottom of a terminal that changes in place.
    synchronized void status(String text) {
        if (colour) {
            status = text;
            out.print("\r\u001b[K" + paint("2", text));
            out.flush();
        }
    }

    private void clearStatus() {
        if (!status.isEmpty()) {
            out.print("\r\u001b[K");
        }
    }

    /// Something that happened, with its facts for machines.
    synchronized void event(String name, String who, String what, Map<String, ?> facts) {
        if (json) {
            Map<String, Object> event = new LinkedHashMap<>();
            event.put("event", name);
            event.put("who", who);
            event.put("text", what);
            event.putAll(facts);
            print(event);
        } else {
            say(who, what);
        }
    }

    synchronized void say(String who, String what) {
        clearStatus();
        if (json) {
            print(Map.of("event", "progress", "who", who, "text", what));
        } else {
            out.printf("%s %s %s%n", clock(), paint("36", pad(who)), what);
        }
    }

    synchronized void expect(String name, boolean met, String detail) {
        expectations.add(new Expectation(name, met, detail));
        clearStatus();
        if (json) {
            print(Map.of("event", "expectation", "name", name, "met", met, "detail", detail));
        } else {
            out.printf(
                    "%s %s %s: %s%n",
                    clock(), met ? paint("32", pad("✓")) : paint("31", pad("✗")), name, detail);
        }
    }

    /// The closing table; true when everything came true.
    synchronized boolean finish(int wanted) {
        long met = expectations.stream().filter(Expectation::met).count();
        boolean ok = met == expectations.size() && expectations.size() == wanted;
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("event", "result");
            result.put("ok", ok);
            result.put("seconds", (System.currentTimeMillis() - startMillis) / 1000);
            result.put("expectations", expectations);
            print(result);
        } else {
            clearStatus();
            out.println();
            for (Expectation expectation : expectations) {
                out.printf(
                        "  %s %-34s %s%n",
                        expectation.met() ? paint("32", "✓") : paint("31", "✗"),
                        expectation.name(),
                        expectation.detail());
            }
            out.printf(
                    "%n%d of %d expectations met in %d seconds.%n",
                    met, wanted, (System.currentTimeMillis() - startMillis) / 1000);
        }
        return ok;
    }

    private void print(Map<String, ?> object) {
        try {
            out.println(JSON.writeValueAsString(object));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event is always JSON", e);
        }
    }

    private String clock() {
        long seconds = (System.currentTimeMillis() - startMillis) / 1000;
        return String.format(java.util.Locale.ROOT, "%3d s", seconds);
    }

    private static String pad(String who) {
        return String.format(java.util.Locale.ROOT, "%-11s", who);
    }

    private String paint(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
