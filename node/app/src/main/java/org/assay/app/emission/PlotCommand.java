package org.assay.app.emission;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay emission plot`: a picture of supply and rate.
@Command(
        name = "plot",
        description = "Draws supply and rate with the halvings marked, as PNG or SVG.",
        mixinStandardHelpOptions = true)
final class PlotCommand implements Callable<Integer> {
    @Mixin private PolicyOptions options = new PolicyOptions();

    @Option(
            names = {"--out", "-o"},
            paramLabel = "FILE",
            defaultValue = "emission.svg",
            description = "Ends in .svg or .png; default ${DEFAULT-VALUE}.")
    private Path file = Path.of("emission.svg");

    @Mixin private Output output = new Output();

    @Override
    public Integer call() {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (!name.endsWith(".svg") && !name.endsWith(".png")) {
            output.err().println("--out " + file + ": let it end in .svg or .png.");
            return 2;
        }
        try {
            PolicyOptions.View view = options.view(options.read());
            Curves curves = Curves.of(view);
            if (name.endsWith(".svg")) {
                SvgCanvas canvas = new SvgCanvas(Plot.WIDTH, Plot.HEIGHT);
                new Plot(canvas, view, curves).draw();
                Files.writeString(file, canvas.document());
            } else {
                PngCanvas canvas = new PngCanvas(Plot.WIDTH, Plot.HEIGHT);
                new Plot(canvas, view, curves).draw();
                canvas.write(file);
            }
            output.print(Output.object().put("file", file.toString()), file.toString());
            return 0;
        } catch (PolicyOptions.Mistake mistake) {
            output.err().println(mistake.getMessage());
            return 2;
        } catch (IOException unwritable) {
            output.err().println(file + ": " + unwritable.getMessage());
            return 1;
        }
    }
}
