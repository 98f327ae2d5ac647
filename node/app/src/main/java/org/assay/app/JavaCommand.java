package org.assay.app;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command that runs this program as another process, on the same JVM and classes.
public final class JavaCommand {
    private static final String AOT_CACHE = "-XX:AOTCache=";

    private JavaCommand() {}

    /// `jvmOptions` such as a heap size, then the program's `arguments`. The list may be added
    /// to.
    public static List<String> of(List<String> jvmOptions, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        List<String> archives =
                ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .filter(JavaCommand::isArchive)
                        .toList();
        command.addAll(archives);
        command.addAll(jvmOptions);
        String level = System.getProperty("assay.log"); // as this process logs, so its children
        if (level != null) {
            command.add("-Dassay.log=" + level);
        }
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path")));
        if (archives.stream().noneMatch(archive -> archive.startsWith(AOT_CACHE))) {
            command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
        }
        command.add(Main.class.getName());
        command.addAll(arguments);
        return command;
    }

    /// One of the launcher's archives of loaded classes, which halve a start. The JVM takes an
    /// AOT cache only without incubator modules; the launcher gives one where vectors are no use.
    private static boolean isArchive(String argument) {
        return (argument.startsWith(AOT_CACHE) || argument.startsWith("-XX:SharedArchiveFile="))
                && Files.exists(Path.of(argument.split("=", 2)[1]));
    }
}
