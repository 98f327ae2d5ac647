import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assay.primitives.Bytes;
import org.assay.verifier.MlpModel;
import org.assay.verifier.Requantise;
import org.assay.verifier.prover.MlpAnswers;

/// Makes the model file of what DigitTrainer wrote, and counts its right answers on the test images.
/// Arguments: digits.parameters, folder with the IDX files, output file.
public final class DigitModelBuilder {
    public static void main(String[] arguments) throws Exception {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(Path.of(arguments[0])));
        in.order(ByteOrder.LITTLE_ENDIAN);
        int layers = in.get();
        List<Integer> widths = new ArrayList<>();
        for (int i = 0; i <= layers; i++) {
            widths.add(in.getInt());
        }
        List<byte[]> weights = new ArrayList<>();
        List<int[]> biases = new ArrayList<>();
        List<Requantise> requants = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            byte[] w = new byte[widths.get(l) * widths.get(l + 1)];
            in.get(w);
            weights.add(w);
            int[] bias = new int[widths.get(l + 1)];
            for (int j = 0; j < bias.length; j++) {
                bias[j] = in.getInt();
            }
            biases.add(bias);
            if (l < layers - 1) {
                requants.add(new Requantise(in.getInt(), in.get()));
            }
        }
        MlpModel model = MlpModel.of(widths, requants, weights, biases);
        byte[] images = Files.readAllBytes(Path.of(arguments[1], "t10k-images-idx3-ubyte"));
        byte[] labels = Files.readAllBytes(Path.of(arguments[1], "t10k-labels-idx1-ubyte"));
        Bytes answers =
                MlpAnswers.of(model, Bytes.wrap(Arrays.copyOfRange(images, 16, images.length)));
        int right = 0;
        for (int i = 0; i < answers.size(); i++) {
            right += answers.get(i) == labels[8 + i] ? 1 : 0;
        }
        System.out.printf("int8 model: %d of %d test images%n", right, answers.size());
        System.out.println("templateId " + model.template().templateId());
        System.out.println("modelRoot " + model.template().modelRoot());
        Files.write(Path.of(arguments[2]), model.encode().toArray());
    }
}
