package org.assay.app.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.assay.primitives.Hash;
import org.jspecify.annotations.Nullable;

/// What tests from files come to, in the words that the field's tools look for. Safe for many
/// threads.
final class Tally {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final boolean json;
    private final String hashName;
    private final LongAdder passed = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /// `json`: an object a test, where else only failures are told. `hashName`: what a verdict's
    /// hash is called there.
    Tally(boolean json, String hashName) {
        this.json = json;
        this.hashName = hashName;
    }

    /// How one test ended; without a problem it passed.
    record Verdict(String name, String fork, Hash hash, @Nullable String problem) {
        boolean passed() {
            return problem == null;
        }
    }

    /// Counts `verdict`, and adds to `lines` what is to be said of it.
    void report(Verdict verdict, List<String> lines) {
        (verdict.passed() ? passed : failed).increment();
        if (json) {
            ObjectNode line = JSON.createObjectNode();
            line.put("name", verdict.name());
            line.put("fork", verdict.fork());
            line.put("pass", verdict.passed());
            line.put(hashName, verdict.hash().toString());
            if (verdict.problem() != null) {
                line.put("error", verdict.problem());
            }
            lines.add(line.toString());
        } else if (!verdict.passed()) {
            lines.add("FAIL " + verdict.name() + ": " + verdict.problem());
        }
    }

    /// The content of `file`; where it is no JSON, that is reported as a failed test.
    Optional<JsonNode> read(String file, byte[] content, List<String> lines) {
        try {
            return Optional.of(JSON.readTree(content));
        } catch (IOException e) {
            report(new Verdict(file, "", Hash.ZERO, "not JSON"), lines);
            return Optional.empty();
        }
    }

    /// The sum, after lines of JSON too; the exit status.
    int conclude(PrintWriter out) {
        out.println(passed.sum() + " passed, " + failed.sum() + " failed");
        out.flush();
        return failed.sum() == 0 && passed.sum() > 0 ? 0 : 1;
    }
}
