package org.assay.app.emission;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/// Draws into a PNG at twice the size of its coordinates.
final class PngCanvas implements Canvas {
    private static final int SCALE = 2;
    private final BufferedImage image;
    private final Graphics2D graphics;

    PngCanvas(int width, int height) {
        System.setProperty("java.awt.headless", "true");
        image = new BufferedImage(width * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        graphics.scale(SCALE, SCALE);
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    }

    void write(Path file) throws IOException {
        if (!ImageIO.write(image, "png", file.toFile())) {
            throw new IOException("this Java has no PNG writer");
        }
    }

    @Override
    public void rectangle(double x, double y, double width, double height, int fill) {
        graphics.setColor(new Color(fill));
        graphics.fill(new Rectangle2D.Double(x, y, width, height));
    }

    @Override
    public void line(Point from, Point to, int color, double width) {
        stroke(color, new BasicStroke((float) width));
        graphics.draw(new Line2D.Double(from.x(), from.y(), to.x(), to.y()));
    }

    @Override
    public void dashes(Point from, Point to, int color) {
        float[] dash = {4, 4};
        stroke(color, new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, dash, 0));
        graphics.draw(new Line2D.Double(from.x(), from.y(), to.x(), to.y()));
    }

    @Override
    public void path(List<Point> points, int color, double width) {
        stroke(
                color,
                new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(shape(points));
    }

    @Override
    public void area(List<Point> points, int color, double opacity) {
        graphics.setColor(new Color(color));
        graphics.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, (float) opacity));
        graphics.fill(shape(points));
        graphics.setComposite(AlphaComposite.SrcOver);
    }

    @Override
    public void text(Point at, String text, int size, int color, Anchor anchor, boolean bold) {
        graphics.setColor(new Color(color));
        graphics.setFont(new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, size));
        double width = graphics.getFontMetrics().stringWidth(text);
        double left =
                switch (anchor) {
                    case START -> at.x();
                    case MIDDLE -> at.x() - width / 2;
                    case END -> at.x() - width;
                };
        graphics.drawString(text, (float) left, (float) at.y());
    }

    private void stroke(int color, BasicStroke stroke) {
        graphics.setColor(new Color(color));
        graphics.setStroke(stroke);
    }

    private static Path2D shape(List<Point> points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points.getFirst().x(), points.getFirst().y());
        for (Point point : points.subList(1, points.size())) {
            path.lineTo(point.x(), point.y());
        }
        return path;
    }
}
