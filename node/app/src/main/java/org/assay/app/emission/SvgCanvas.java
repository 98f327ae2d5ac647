package org.assay.app.emission;

import java.util.List;
import java.util.Locale;

/// Draws as SVG 1.1 text.
final class SvgCanvas implements Canvas {
    private final StringBuilder body = new StringBuilder();
    private final int width;
    private final int height;

    SvgCanvas(int width, int height) {
        this.width = width;
        this.height = height;
    }

    String document() {
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\">\n"
                        .formatted(width, height, width, height)
                + body
                + "</svg>\n";
    }

    @Override
    public void rectangle(double x, double y, double width, double height, int fill) {
        add(
                String.format(
                        Locale.ROOT,
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#%06x\"/>",
                        x,
                        y,
                        width,
                        height,
                        fill));
    }

    @Override
    public void line(Point from, Point to, int color, double width) {
        add(
                String.format(
                        Locale.ROOT,
                        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#%06x\" stroke-width=\"%.1f\"/>",
                        from.x(),
                        from.y(),
                        to.x(),
                        to.y(),
                        color,
                        width));
    }

    @Override
    public void dashes(Point from, Point to, int color) {
        add(
                String.format(
                        Locale.ROOT,
                        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#%06x\" stroke-dasharray=\"4 4\"/>",
                        from.x(),
                        from.y(),
                        to.x(),
                        to.y(),
                        color));
    }

    @Override
    public void path(List<Point> points, int color, double width) {
        add(
                String.format(
                        Locale.ROOT,
                        "<polyline points=\"%s\" fill=\"none\" stroke=\"#%06x\" stroke-width=\"%.1f\" stroke-linejoin=\"round\"/>",
                        coordinates(points),
                        color,
                        width));
    }

    @Override
    public void area(List<Point> points, int color, double opacity) {
        add(
                String.format(
                        Locale.ROOT,
                        "<polygon points=\"%s\" fill=\"#%06x\" fill-opacity=\"%.2f\"/>",
                        coordinates(points),
                        color,
                        opacity));
    }

    @Override
    public void text(Point at, String text, int size, int color, Anchor anchor, boolean bold) {
        add(
                String.format(
                        Locale.ROOT,
                        "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%d\" fill=\"#%06x\" text-anchor=\"%s\"%s>%s</text>",
                        at.x(),
                        at.y(),
                        size,
                        color,
                        anchor.name().toLowerCase(Locale.ROOT),
                        bold ? " font-weight=\"bold\"" : "",
                        text.replace("&", "&amp;").replace("<", "&lt;")));
    }

    private static String coordinates(List<Point> points) {
        StringBuilder text = new StringBuilder();
        for (Point point : points) {
            text.append(String.format(Locale.ROOT, "%.1f,%.1f ", point.x(), point.y()));
        }
        return text.toString().strip();
    }

    private void add(String element) {
        body.append(element).append('\n');
    }
}
