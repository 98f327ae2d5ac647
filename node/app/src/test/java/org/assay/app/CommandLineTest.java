package org.assay.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// What holds for every command of `assay`.
class CommandLineTest {
    private static final String JOB =
            "0x0000000000000000000000000000000000000000000000000000000000000001";

    /// Of an example: with quotes, it may hold spaces.
    private static final Pattern WORD = Pattern.compile("\"[^\"]*\"|\\S+");

    /// Speak nothing but JSON, with the options of geth's t8n.
    private static final Set<String> ALWAYS_JSON = Set.of("assay evm t8n", "assay evm transition");

    @ParameterizedTest
    @MethodSource("commands")
    void speaksJsonWhereAsked(String name, CommandLine command) {
        assertThat(command.getCommandSpec().optionsMap().containsKey("--format"))
                .as(name)
                .isNotEqualTo(ALWAYS_JSON.contains(name));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void teachesWhatEachOptionIs(String name, CommandLine command) {
        assertThat(command.getCommandSpec().usageMessage().description()).as(name).isNotEmpty();
        assertThat(command.getCommandSpec().options())
                .allSatisfy(option -> assertThat(option.description()).as(name).isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("commandsAndGroups")
    void fillsTheLinesOfItsHelp(String name, CommandLine command) {
        List<String> lines = command.getUsageMessage(CommandLine.Help.Ansi.OFF).lines().toList();
        assertThat(lines)
                .filteredOn(line -> !line.startsWith("  assay ")) // to be copied as they are
                .allSatisfy(
                        line ->
                                assertThat(line.length())
                                        .as(line)
                                        .isLessThanOrEqualTo(Usage.WIDTH));
        for (int i = 1; i < lines.size(); i++) {
            String before = lines.get(i - 1);
            String line = lines.get(i);
            if (continues(before, line)) {
                String word = line.strip().split(" ", 2)[0];
                assertThat(before.length() + 1 + word.length())
                        .as("%s: '%s' has room for '%s'", name, before, word)
                        .isGreaterThan(textEnd(line));
            }
        }
    }

    /// Where the words of a line must reach: an option's text is narrower.
    private static int textEnd(String line) {
        return line.startsWith(" ".repeat(15)) ? indent(line) + 68 : Usage.WIDTH;
    }

    /// Text at the margin, or beside the names of options and commands, and no new paragraph.
    private static boolean continues(String before, String line) {
        if (line.isBlank() || before.isBlank() || line.strip().startsWith("-")) {
            return false;
        }
        boolean aside = indent(line) >= 10 && !before.startsWith("Usage:");
        boolean namesOnly = before.strip().startsWith("-") && !before.strip().contains("  ");
        boolean atMargin =
                indent(line) == 0
                        && indent(before) == 0
                        && !before.endsWith(":")
                        && !before.startsWith("Usage:")
                        && !line.matches("(Usage|Commands|Examples?):.*");
        return atMargin || (aside && !namesOnly && indent(before) <= indent(line));
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void showsExamplesThatItTakes(String name, CommandLine command) {
        List<String> examples = Usage.examples(command.getCommandSpec().qualifiedName());
        assertThat(examples).as(name).isNotEmpty();
        for (String example : examples) {
            assertThat(command.getUsageMessage()).contains(example);
            List<String> words = new ArrayList<>();
            Matcher word = WORD.matcher(example.split(" +# ", 2)[0]);
            while (word.find()) {
                words.add(word.group().replace("\"", ""));
            }
            String[] arguments = words.subList(1, words.size()).toArray(String[]::new);
            assertThatCode(() -> Main.commandLine(arguments).parseArgs(arguments))
                    .as(example)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void keepsParagraphsAndLinesThatAreSetApart() {
        String[] description = {"one two", "three", "", "four", "  five   six"};
        assertThat(Usage.flow(description, 9))
                .containsExactly("one two", "three", "", "four", "  five   six");
        assertThat(Usage.flow(description, 13))
                .containsExactly("one two three", "", "four", "  five   six");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "evm statetest /no/such | /no/such: there is no such file",
                "verify --replay /no/such | /no/such: there is no such file",
                "bench evm /no/such | /no/such: there is no such file",
                "node --genesis /no/such --data-dir d | --genesis = /no/such: there is no such",
                "db stats --data-dir /no/such | there is no database in /no/such",
                "job status --rpc http://127.0.0.1:1 " + JOB + " | no answer: start the node",
                "job result 0x12 | '0x12' is no job's id: write 0x and 64 hex digits",
                "job status me | 'me' is no job's id",
                "dev --rpc-port 70000 | '70000' is no port: write 0 (any free one) to 65535",
                "key list --format xml | write text or json",
                "nod | Did you mean: assay node",
            })
    void saysWhatIsWrongAndTheWayOut(String arguments, String words) {
        StringWriter err = new StringWriter();
        CommandLine assay = Main.commandLine();
        assay.setErr(new PrintWriter(err, true));
        assertThat(assay.execute(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(words).doesNotContain("\tat ");
    }

    @Test
    void showsTheStackOfAFaultOfItsOwn() {
        assertThat(Failures.explain(new IllegalStateException("no"))).isEmpty();
        assertThat(Failures.explain(new UncheckedIOException(new BindException("8545 is taken"))))
                .hasValueSatisfying(words -> assertThat(words).contains("another port"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "emission", "node", "bench"})
    void makesOneCommandAsItMakesAll(String name) {
        CommandLine all = Main.commandLine();
        CommandLine one = Main.commandLine(new String[] {name});
        assertThat(one.getSubcommands()).containsOnlyKeys(name);
        assertThat(usage(one, name)).isEqualTo(usage(all, name));
        assertThat(Main.commandLine(new String[] {name + "x"}).getSubcommands())
                .containsOnlyKeys(all.getSubcommands().keySet());
    }

    private static String usage(CommandLine root, String name) {
        return java.util.Objects.requireNonNull(root.getSubcommands().get(name)).getUsageMessage();
    }

    /// Those that do something: no groups of others, not `help`.
    static Stream<Arguments> commands() {
        List<Arguments> leaves = new ArrayList<>();
        collect("assay", Main.commandLine(), leaves);
        return leaves.stream();
    }

    static Stream<Arguments> commandsAndGroups() {
        return Stream.concat(
                commands(),
                Stream.concat(
                                Stream.of(Main.commandLine()),
                                Main.commandLine().getSubcommands().values().stream())
                        .filter(command -> !command.getSubcommands().isEmpty())
                        .map(group -> Arguments.of(group.getCommandName(), group)));
    }

    private static void collect(String name, CommandLine command, List<Arguments> leaves) {
        if (command.getSubcommands().isEmpty() && !command.getCommandName().equals("help")) {
            leaves.add(Arguments.of(name, command));
        }
        command.getSubcommands()
                .forEach((word, below) -> collect(name + " " + word, below, leaves));
    }
}
