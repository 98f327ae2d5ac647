package org.assay.verifier;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Sha256;

/// A template with its weights. File layout: "ASSAYMDL" | u32 size of the template | its
/// canonical bytes | every matrix, int8 row-major `[k, n]` | the kind's constants. Immutable.
public sealed interface Model permits MatmulModel, MlpModel, TransformerModel {
    byte[] MAGIC = "ASSAYMDL".getBytes(StandardCharsets.US_ASCII);

    /// Weights lie in [−127, 127], so that |y| stays within `Planes.bound`.
    int WEIGHT_MAX = 127;

    Template template();

    int matrices();

    /// k: inputs of matrix `matrix`.
    int inputs(int matrix);

    /// n: outputs of matrix `matrix`.
    int outputs(int matrix);

    /// Warning: the array itself, row-major `[k, n]`, for readers that never write it.
    byte[] weights(int matrix);

    /// The kind's constants that are not in the template: biases, norm gains, tables.
    Bytes constants();

    default Bytes encode() {
        Bytes canonical = template().canonical();
        byte[] head = new byte[MAGIC.length + 4];
        System.arraycopy(MAGIC, 0, head, 0, MAGIC.length);
        LittleEndian.putInt(head, MAGIC.length, canonical.size());
        Bytes file = Bytes.wrap(head).concat(canonical);
        for (int i = 0; i < matrices(); i++) {
            file = file.concat(Bytes.wrap(weights(i)));
        }
        return file.concat(constants());
    }

    /// keccak("ASSAY-MODEL"‖u8 kind‖{u32 k, u32 n, root} of each matrix‖sha256(dims)‖
    /// sha256(constants)).
    default Hash computeRoot() {
        byte[] tag = "ASSAY-MODEL".getBytes(StandardCharsets.US_ASCII);
        byte[] input = new byte[tag.length + 1 + 40 * matrices() + 64];
        System.arraycopy(tag, 0, input, 0, tag.length);
        input[tag.length] = (byte) template().kind();
        int at = tag.length + 1;
        for (int i = 0; i < matrices(); i++) {
            LittleEndian.putInt(input, at, inputs(i));
            LittleEndian.putInt(input, at + 4, outputs(i));
            Leaf.matrixRoot(i, weights(i)).writeTo(input, at + 8);
            at += 40;
        }
        Sha256.hash(template().dims().unsafeArray()).writeTo(input, at);
        Sha256.hash(constants().unsafeArray()).writeTo(input, at + 32);
        return Keccak.hash256(input);
    }

    /// The model in `file`; empty unless the file is canonical and hashes to its modelRoot.
    static Optional<Model> decode(Bytes file) {
        byte[] array = file.unsafeArray();
        int head = MAGIC.length + 4;
        if (array.length < head || !file.slice(0, MAGIC.length).equals(Bytes.of(MAGIC))) {
            return Optional.empty();
        }
        int size = LittleEndian.getInt(array, MAGIC.length);
        if (size < 0 || size > array.length - head) {
            return Optional.empty();
        }
        return Template.decode(file.slice(head, head + size))
                .flatMap(
                        template ->
                                switch (template) {
                                    case MatmulInt8 _ -> Optional.<Model>empty();
                                    case MlpInt8 mlp ->
                                            MlpModel.decode(mlp, file, head + size)
                                                    .map(model -> (Model) model);
                                    case TransformerInt8 decoder ->
                                            TransformerModel.decode(decoder, file, head + size)
                                                    .map(model -> (Model) model);
                                })
                .filter(model -> model.computeRoot().equals(model.template().modelRoot()));
    }

    /// Whether every weight lies in [−127, 127].
    static boolean inRange(byte[] weights) {
        for (byte weight : weights) {
            if (weight < -WEIGHT_MAX) {
                return false;
            }
        }
        return true;
    }
}
