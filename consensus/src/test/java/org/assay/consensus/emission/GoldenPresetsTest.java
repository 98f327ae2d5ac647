package org.assay.consensus.emission;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.assay.consensus.emission.GoldenRow.Verdict;
import org.assay.testkit.Shared;
import org.junit.jupiter.api.Test;

/// Every row of `golden/emission/*.csv` against the preset of its network. Writes
/// `docs/EMISSION-PRESETS.md` with `-Dgolden.update`, and fails where that page is out of date.
final class GoldenPresetsTest {
    private static final Map<String, Function<GoldenRow, Verdict>> NETWORKS =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("bitcoin", GoldenChains::bitcoin),
                            Map.entry("bittensor", GoldenChains::bittensor),
                            Map.entry("filecoin", GoldenChains::filecoin),
                            Map.entry("dimo", GoldenChains::dimo),
                            Map.entry("doublezero", GoldenChains::doublezero),
                            Map.entry("fluence", GoldenChains::fluence),
                            Map.entry("gonka", GoldenChains::gonka),
                            Map.entry("storj", GoldenChains::storj),
                            Map.entry("helium", GoldenTables::helium),
                            Map.entry("render", GoldenTables::render),
                            Map.entry("ionet", GoldenTables::ionet),
                            Map.entry("hivemapper", GoldenTables::hivemapper),
                            Map.entry("aethir", GoldenTables::aethir),
                            Map.entry("geodnet", GoldenTables::geodnet),
                            Map.entry("grass", GoldenTables::grass)));

    private static final Map<String, String> WITHOUT_PRESET =
            new TreeMap<>(
                    Map.of(
                            "akash", "inflation bands set by votes; few figures, third party",
                            "asi", "one-off merger conversions, no schedule",
                            "virtuals",
                                    "a capped token without emission; job fees belong to contracts",
                            "bittensor_yuma",
                                    "P17: scorers (Yuma consensus) are not part of the engine"));

    private static final class Tally {
        private int exact;
        private int rounded;
        private final Map<String, Integer> out = new TreeMap<>();
    }

    @Test
    void everyRowMatchesOrIsOutOfScopeWithAReason() throws IOException {
        Path folder = Shared.path("golden/emission");
        List<String> wrong = new ArrayList<>();
        StringBuilder page = new StringBuilder(HEAD);
        for (Map.Entry<String, Function<GoldenRow, Verdict>> network : NETWORKS.entrySet()) {
            Tally tally = new Tally();
            for (GoldenRow row : GoldenRow.read(folder.resolve(network.getKey() + ".csv"))) {
                count(network.getKey(), row, network.getValue().apply(row), tally, wrong);
            }
            page.append(line(network.getKey(), tally));
        }
        page.append(WITHOUT);
        WITHOUT_PRESET.forEach(
                (name, reason) ->
                        page.append("| ").append(name).append(" | ").append(reason).append(" |\n"));
        assertThat(wrong).isEmpty();
        compare(page.toString());
    }

    private static void count(
            String network, GoldenRow row, Verdict verdict, Tally tally, List<String> wrong) {
        switch (verdict) {
            case Verdict.Exact exact -> tally.exact++;
            case Verdict.Rounded rounded -> tally.rounded++;
            case Verdict.OutOfScope(String reason) -> tally.out.merge(reason, 1, Integer::sum);
            case Verdict.Wrong(String computed) ->
                    wrong.add(network + " " + row + " but computed " + computed);
        }
    }

    private static String line(String network, Tally tally) {
        List<String> reasons = new ArrayList<>();
        int count = 0;
        for (Map.Entry<String, Integer> reason : tally.out.entrySet()) {
            reasons.add(reason.getValue() + ": " + reason.getKey());
            count += reason.getValue();
        }
        return "| "
                + network
                + " | "
                + tally.exact
                + " | "
                + tally.rounded
                + " | "
                + count
                + " | "
                + String.join("; ", reasons)
                + " |\n";
    }

    private static void compare(String page) throws IOException {
        Path file =
                Path.of(System.getProperty("assay.root", "..")).resolve("docs/EMISSION-PRESETS.md");
        if (System.getProperty("golden.update") != null) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, page);
        }
        assertThat(Files.readString(file)).isEqualTo(page);
    }

    private static final String HEAD =
            """
            # Emission presets against published figures

            Written by `GoldenPresetsTest` with `-Dgolden.update`; do not edit. Each row of the golden tables
            (figures that networks published, or that follow from their source) is compared with what the
            preset of that name computes: *exact* to the last digit, *rounded* within half a unit of the last
            printed digit or the tolerance that the source states, or out of scope, and why.

            | preset | exact | rounded | out of scope | why |
            |---|---|---|---|---|
            """;

    private static final String WITHOUT =
            """

            Networks without a preset:

            | network | why |
            |---|---|
            """;
}
