package org.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/// What holds for every command of `assay`.
class CommandLineTest {
    /// Not there yet.
    private static final Set<String> TEXT_ONLY = Set.of("assay soak", "assay simulate");

    @ParameterizedTest
    @MethodSource("commands")
    void speaksJsonWhereAsked(String name, CommandLine command) {
        assertThat(command.getCommandSpec().optionsMap().containsKey("--format"))
                .as(name)
                .isNotEqualTo(TEXT_ONLY.contains(name));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void teachesWhatEachOptionIs(String name, CommandLine command) {
        assertThat(command.getCommandSpec().usageMessage().description()).as(name).isNotEmpty();
        assertThat(command.getCommandSpec().options())
                .allSatisfy(option -> assertThat(option.description()).as(name).isNotEmpty());
    }

    /// Those that do something: no groups of others, not `help`.
    static Stream<Arguments> commands() {
        List<Arguments> leaves = new ArrayList<>();
        collect("assay", Main.commandLine(), leaves);
        return leaves.stream();
    }

    private static void collect(String name, CommandLine command, List<Arguments> leaves) {
        if (command.getSubcommands().isEmpty() && !command.getCommandName().equals("help")) {
            leaves.add(Arguments.of(name, command));
        }
        command.getSubcommands()
                .forEach((word, below) -> collect(name + " " + word, below, leaves));
    }
}
