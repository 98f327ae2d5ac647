package org.assay.app;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command that runs this program as another process, on the same JVM and classes.
public final class JavaCommand {
    private JavaCommand() {}

    /// `jvmOptions` such as a heap size, then the program's `arguments`. The list may be added
    /// to.
    public static List<String> of(List<String> jvmOptions, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // The launcher's archive of loaded classes halves a start.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-XX:SharedArchiveFile="))
                .filter(argument -> Files.exists(Path.of(argument.split("=", 2)[1])))
                .forEach(command::add);
        command.addAll(jvmOptions);
        String level = System.getProperty("assay.log"); // as this process logs, so its children
        if (level != null) {
            command.add("-Dassay.log=" + level);
        }
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName()));
        command.addAll(arguments);
        return command;
    }
}
