package org.assay.app.emission;

import java.util.List;

/// What a picture is drawn on. Coordinates in pixels from the upper left corner, colours as
/// 0xRRGGBB.
interface Canvas {
    /// Where a text stands relative to its point.
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    record Point(double x, double y) {}

    void rectangle(double x, double y, double width, double height, int fill);

    void line(Point from, Point to, int color, double width);

    /// Dashes of 4 pixels.
    void dashes(Point from, Point to, int color);

    void path(List<Point> points, int color, double width);

    /// A filled polygon of `opacity` 0 to 1.
    void area(List<Point> points, int color, double opacity);

    void text(Point at, String text, int size, int color, Anchor anchor, boolean bold);
}
