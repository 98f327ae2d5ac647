package org.assay.app.emission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.assay.consensus.emission.Presets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class EmissionCommandTest {
    /// Fluence publishes unlocks and a reward by demand, but no schedule of its own.
    private static final List<String> WITH_SCHEDULE =
            Presets.NAMES.stream().filter(name -> !name.equals("fluence")).toList();

    private record Run(int code, String out, String err) {}

    private static Run run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = EmissionCommand.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return new Run(line.execute(words), out.toString(), err.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "bitcoin,--height,209999,5000000000,sat",
        "bitcoin,--height,210000,2500000000,sat",
        "bittensor,--issuance,10499999999999999,1000000000,rao",
        "bittensor,--issuance,10500000000000000,500000000,rao",
        "bittensor,--height,10500000,1000000000,rao",
        "bittensor,--height,10500001,500000000,rao",
        "dimo,--week,104,798362500000000000000000,wei",
        "filecoin,--epoch,5000,36246341860983438171,attoFIL",
        "helium,--time,1722470401,4109589041096,bones",
        "helium,--year,3,3000000000000000,bones",
        "gonka,--epoch,0,285000000000000,ngonka",
        "assay,--issuance,0,83333333000000000,wei",
        "assay,--issuance,10500000000000000000000000,41666666500000000,wei",
        "assay,--issuance,10499999999999999999999999,83333333000000000,wei"
    })
    void printsTheAmountInTheSmallestUnit(
            String policy, String option, String at, String amount, String unit)
            throws IOException {
        Run run = run("at", "--policy", policy, option, at, "--format", "json");
        assertThat(run.err()).isEmpty();
        assertThat(new ObjectMapper().readTree(run.out()))
                .isEqualTo(
                        new ObjectMapper()
                                .createObjectNode()
                                .put("amount", amount)
                                .put("unit", unit));
    }

    @Test
    void sumsBitcoinToTheLastSatoshi() {
        Run run = run("at", "--policy", "bitcoin", "--height", "7000000", "--cumulative");
        assertThat(run.out().strip()).isEqualTo("2099999997690000 sat");
    }

    @Test
    void namesThePathAndTheFixOfABadPolicy(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("mine.json");
        Files.writeString(
                file, Presets.json("assay").replace("\"share\": 6000", "\"share\": 6001"));
        Run run = run("at", "--policy", file.toString(), "--issuance", "0");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("versions[0].split.parts", "10001 of 10000", "let them sum to 10000");
    }

    @Test
    void saysWhichPresetsThereAre() {
        Run run = run("at", "--policy", "dogecoin", "--height", "1");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("bitcoin, bittensor");
    }

    @Test
    void saysByWhatAScheduleGoes() {
        Run run = run("at", "--policy", "bitcoin", "--week", "1");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("no schedule by week", "bitcoin by height");
    }

    @Test
    void refusesTwoIndexes() {
        assertThat(run("at", "--height", "1", "--week", "1").code()).isEqualTo(2);
    }

    @Test
    void saysWhichPresetHasNoSchedule() {
        for (String command : List.of("table", "plot")) {
            Run run = run(command, "--policy", "fluence");
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).contains("fluence has no schedule to show");
        }
    }

    @ParameterizedTest
    @CsvSource({"table", "csv", "json"})
    void printsEveryPresetAsATable(String format) {
        for (String preset : WITH_SCHEDULE) {
            Run run = run("table", "--policy", preset, "--format", format);
            assertThat(run.err()).as(preset).isEmpty();
            assertThat(run.out()).as(preset).isNotBlank();
        }
    }

    @Test
    void tablesStepFromTo() {
        Run run =
                run(
                        "table",
                        "--policy",
                        "dimo",
                        "--from",
                        "50",
                        "--to",
                        "53",
                        "--every",
                        "1",
                        "--format",
                        "csv");
        assertThat(run.out().lines())
                .hasSize(5)
                .anyMatch(line -> line.startsWith("52,939250000000000000000000,"));
    }

    @Test
    void drawsEveryPreset(@TempDir Path folder) throws IOException {
        for (String preset : WITH_SCHEDULE) {
            Path svg = folder.resolve(preset + ".svg");
            Run run = run("plot", "--policy", preset, "--out", svg.toString());
            assertThat(run.err()).as(preset).isEmpty();
            assertThat(Files.readString(svg))
                    .as(preset)
                    .contains("<polyline")
                    .doesNotContain("NaN");
        }
        Path png = folder.resolve("assay.png");
        assertThat(run("plot", "--out", png.toString()).code()).isZero();
        assertThat(ImageIO.read(png.toFile()).getWidth()).isEqualTo(2 * Plot.WIDTH);
    }

    @Test
    void describesPoliciesInWords() {
        assertThat(run("schedule").out())
                .contains("21000000 coins", "60 %", "verifiedWork", "blocks can run it");
        assertThat(run("schedule", "--policy", "helium").out()).contains("No chain can run it");
    }

    @Test
    void anAuditWithoutANodeSaysHowToReachOne() {
        Run run = run("audit", "--rpc", "http://127.0.0.1:1");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--rpc");
    }
}
