package org.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// Keeps the documents true: every path and every class that ARCHITECTURE.md and README.md name
/// exists.
@NullUnmarked
class TidyTest {
    private static final Pattern CODE = Pattern.compile("`([^`\\s]+)`");
    private static final Pattern CLASS = Pattern.compile("[A-Z][A-Za-z0-9]+");

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("mvnw"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    private static List<String> named(String document) throws IOException {
        List<String> names = new ArrayList<>();
        Matcher matcher = CODE.matcher(Files.readString(root().resolve(document)));
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    @Test
    void documentsNameOnlyPathsThatExist() throws IOException {
        List<String> missing = new ArrayList<>();
        for (String document : List.of("docs/ARCHITECTURE.md", "README.md")) {
            for (String name : named(document)) {
                boolean isPath = name.contains("/") && name.matches("[A-Za-z0-9_./-]+");
                if (isPath && !name.startsWith("/") && !Files.exists(root().resolve(name))) {
                    missing.add(document + ": " + name);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void theWalksNameOnlyClassesThatExist() throws IOException {
        List<String> sources;
        try (Stream<Path> files = Files.walk(root())) {
            sources =
                    files.filter(file -> file.toString().contains("/src/"))
                            .map(file -> file.getFileName().toString())
                            .toList();
        }
        List<String> missing = new ArrayList<>();
        for (String name : named("docs/ARCHITECTURE.md")) {
            Matcher matcher = CLASS.matcher(name.replaceAll("[.(#].*", ""));
            if (matcher.matches() && !sources.contains(matcher.group() + ".java")) {
                missing.add(name);
            }
        }
        assertThat(missing).isEmpty();
    }
}
