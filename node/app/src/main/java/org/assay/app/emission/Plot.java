package org.assay.app.emission;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.assay.app.emission.Canvas.Anchor;
import org.assay.app.emission.Canvas.Point;
import org.assay.consensus.emission.Axis;

/// Draws a schedule's supply and rate with the halvings marked.
final class Plot {
    static final int WIDTH = 1120;
    static final int HEIGHT = 640;
    private static final int LEFT = 100;
    private static final int RIGHT = WIDTH - 100;
    private static final int TOP = 96;
    private static final int BOTTOM = HEIGHT - 74;
    private static final int INK = 0x1f2933;
    private static final int PALE = 0x7b8794;
    private static final int GRID = 0xe4e7eb;
    private static final int SUPPLY = 0x0b6e99;
    private static final int RATE = 0xd9730d;
    private static final double SECONDS_A_YEAR = 31_557_600;

    private final Canvas canvas;
    private final PolicyOptions.View view;
    private final Curves curves;
    private final double firstPeriod;
    private final double lastPeriod;
    private final double supplyMaximum;
    private final double rateMaximum;

    Plot(Canvas canvas, PolicyOptions.View view, Curves curves) {
        this.canvas = canvas;
        this.view = view;
        this.curves = curves;
        firstPeriod = curves.periods().getFirst();
        lastPeriod = curves.periods().getLast();
        supplyMaximum = ceiling(curves.supply().getLast());
        rateMaximum = ceiling(curves.rate().stream().mapToDouble(d -> d).max().orElse(1));
    }

    void draw() {
        canvas.rectangle(0, 0, WIDTH, HEIGHT, 0xffffff);
        canvas.text(new Point(LEFT, 40), title(), 24, INK, Anchor.START, true);
        canvas.text(new Point(LEFT, 64), subtitle(), 13, PALE, Anchor.START, false);
        grid();
        halvings();
        List<Point> supply = points(curves.supply(), supplyMaximum);
        List<Point> area = new ArrayList<>(supply);
        area.add(new Point(RIGHT, BOTTOM));
        area.add(new Point(LEFT, BOTTOM));
        canvas.area(area, SUPPLY, 0.12);
        canvas.path(steps(points(curves.rate(), rateMaximum)), RATE, 2);
        canvas.path(supply, SUPPLY, 3);
        canvas.line(new Point(LEFT, BOTTOM), new Point(RIGHT, BOTTOM), INK, 1);
        canvas.text(new Point(LEFT, TOP - 10), "supply, coins", 13, SUPPLY, Anchor.START, true);
        canvas.text(
                new Point(RIGHT, TOP - 10),
                "rate, coins a " + view.period(),
                13,
                RATE,
                Anchor.END,
                true);
    }

    private String title() {
        return view.name() + ": " + number(curves.supply().getLast()) + " coins";
    }

    private String subtitle() {
        String halved =
                curves.halvings().isEmpty()
                        ? ""
                        : " · " + curves.halvings().size() + " halvings marked";
        return (view.schedule().axis() == Axis.ISSUANCE
                        ? "halves by issuance, if everything is claimed"
                        : "by " + view.schedule().axis().key())
                + halved
                + (curves.exact() ? "" : " · sums approximate");
    }

    private void grid() {
        for (int i = 0; i <= 5; i++) {
            double y = BOTTOM - (BOTTOM - TOP) * i / 5.0;
            canvas.line(new Point(LEFT, y), new Point(RIGHT, y), GRID, 1);
            canvas.text(
                    new Point(LEFT - 8, y + 4),
                    number(supplyMaximum * i / 5),
                    12,
                    SUPPLY,
                    Anchor.END,
                    false);
            canvas.text(
                    new Point(RIGHT + 8, y + 4),
                    number(rateMaximum * i / 5),
                    12,
                    RATE,
                    Anchor.START,
                    false);
            double period = firstPeriod + (lastPeriod - firstPeriod) * i / 5;
            canvas.text(
                    new Point(x(period), BOTTOM + 20),
                    when(period),
                    12,
                    PALE,
                    Anchor.MIDDLE,
                    false);
        }
        canvas.text(
                new Point((LEFT + RIGHT) / 2.0, BOTTOM + 44),
                axisName(),
                13,
                PALE,
                Anchor.MIDDLE,
                false);
    }

    private void halvings() {
        int count = 0;
        for (double halving : curves.halvings()) {
            count++;
            double x = x(halving);
            canvas.dashes(new Point(x, TOP), new Point(x, BOTTOM), PALE);
            canvas.text(
                    new Point(x - 4, TOP + 14), "1/" + (1 << count), 11, PALE, Anchor.END, false);
        }
    }

    private String axisName() {
        if (byClock()) {
            return "years since the start";
        }
        return switch (view.schedule().axis()) {
            case TIME -> "date";
            case ISSUANCE -> "block";
            case HEIGHT -> "block height";
            default -> view.schedule().axis().key();
        };
    }

    private boolean byClock() {
        return view.schedule().axis() == Axis.ISSUANCE && view.period().equals("second");
    }

    private String when(double period) {
        if (byClock()) {
            return String.format(Locale.ROOT, "%.1f", period / SECONDS_A_YEAR);
        }
        if (view.schedule().axis() == Axis.TIME && period > 1e8) {
            return Instant.ofEpochSecond((long) period)
                    .atOffset(ZoneOffset.UTC)
                    .toLocalDate()
                    .toString();
        }
        return number(period);
    }

    private double x(double period) {
        return LEFT + (RIGHT - LEFT) * (period - firstPeriod) / (lastPeriod - firstPeriod);
    }

    private List<Point> points(List<Double> values, double maximum) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            points.add(
                    new Point(
                            x(curves.periods().get(i)),
                            BOTTOM - (BOTTOM - TOP) * values.get(i) / maximum));
        }
        return points;
    }

    /// A rate holds until it changes: corners instead of slopes.
    private static List<Point> steps(List<Point> points) {
        List<Point> corners = new ArrayList<>();
        for (int i = 0; i < points.size(); i++) {
            if (i > 0) {
                corners.add(new Point(points.get(i).x(), points.get(i - 1).y()));
            }
            corners.add(points.get(i));
        }
        return corners;
    }

    /// The next of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10 times a power of ten.
    private static double ceiling(double value) {
        if (value <= 0) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (double step : new double[] {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10}) {
            if (value <= step * power * 1.000001) {
                return step * power;
            }
        }
        return 10 * power;
    }

    /// Three digits and a unit: 10.5 M.
    private static String number(double value) {
        double size = Math.abs(value);
        if (size >= 1e9) {
            return trimmed(value / 1e9) + " bn";
        }
        if (size >= 1e6) {
            return trimmed(value / 1e6) + " M";
        }
        if (size >= 1e4) {
            return trimmed(value / 1e3) + " k";
        }
        return trimmed(value);
    }

    private static String trimmed(double value) {
        if (value != 0 && Math.abs(value) < 0.01) {
            return String.format(Locale.ROOT, "%.2e", value);
        }
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.replaceAll("\\.?0+$", "");
    }
}
