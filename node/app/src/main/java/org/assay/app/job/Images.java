package org.assay.app.job;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.assay.chain.ConfigException;
import org.assay.primitives.Bytes;
import org.assay.verifier.prover.Digits;

/// Pictures as the digit classifier takes them: 28 × 28 bytes each, 0 = paper, 255 = ink.
///
/// Read are: PNG, JPEG, GIF and BMP of any size, scaled, dark ink on light paper turned round;
/// MNIST's own files (magic 0x00000803); anything else as raw images of 784 bytes.
final class Images {
    private static final int SIDE = 28;
    private static final int IDX_MAGIC = 0x00000803;
    private static final int IDX_HEADER = 16;

    /// Pixels of one picture.
    private static final int PIXELS_MAX = 16 << 20;

    private Images() {}

    static Bytes read(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            BufferedImage picture = ImageIO.read(file.toFile());
            if (picture != null) {
                return Bytes.wrap(scaled(file, picture));
            }
            return raw(file, bytes);
        } catch (IOException e) {
            throw new ConfigException("--images", file.toString(), "cannot be read");
        }
    }

    private static Bytes raw(Path file, byte[] bytes) {
        boolean idx = bytes.length >= IDX_HEADER && intAt(bytes, 0) == IDX_MAGIC;
        int from = idx ? IDX_HEADER : 0;
        boolean whole = bytes.length > from && (bytes.length - from) % Digits.IMAGE_BYTES == 0;
        if (!whole || (idx && (intAt(bytes, 8) != SIDE || intAt(bytes, 12) != SIDE))) {
            throw new ConfigException(
                    "--images",
                    file.toString(),
                    "give PNG, JPEG, MNIST's idx3 format, or raw images of 784 bytes");
        }
        return Bytes.wrap(java.util.Arrays.copyOfRange(bytes, from, bytes.length));
    }

    private static int intAt(byte[] bytes, int at) {
        return java.nio.ByteBuffer.wrap(bytes).getInt(at);
    }

    private static byte[] scaled(Path file, BufferedImage picture) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        if ((long) width * height > PIXELS_MAX) {
            throw new ConfigException("--images", file.toString(), "more than 16 million pixels");
        }
        int[] grey = new int[SIDE * SIDE];
        long sum = 0;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                grey[SIDE * y + x] =
                        mean(
                                picture,
                                x * width / SIDE,
                                Math.max(x * width / SIDE + 1, (x + 1) * width / SIDE),
                                y * height / SIDE,
                                Math.max(y * height / SIDE + 1, (y + 1) * height / SIDE));
                sum += grey[SIDE * y + x];
            }
        }
        boolean paperIsLight = sum > 128L * SIDE * SIDE;
        ByteArrayOutputStream out = new ByteArrayOutputStream(SIDE * SIDE);
        for (int value : grey) {
            out.write(paperIsLight ? 255 - value : value);
        }
        return out.toByteArray();
    }

    /// Mean brightness of a part of the picture, 0 to 255.
    private static int mean(BufferedImage picture, int left, int right, int top, int bottom) {
        long sum = 0;
        int count = 0;
        for (int y = top; y < Math.min(bottom, picture.getHeight()); y++) {
            for (int x = left; x < Math.min(right, picture.getWidth()); x++) {
                int rgb = picture.getRGB(x, y);
                int alpha = rgb >>> 24;
                int bright =
                        ((rgb >> 16 & 255) * 299 + (rgb >> 8 & 255) * 587 + (rgb & 255) * 114)
                                / 1000;
                sum += (bright * alpha + 255 * (255 - alpha)) / 255;
                count++;
            }
        }
        return (int) (sum / Math.max(1, count));
    }
}
