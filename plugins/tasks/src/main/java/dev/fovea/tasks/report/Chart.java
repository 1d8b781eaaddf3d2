package dev.fovea.tasks.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/**
 * A line chart as SVG, in the colours of the page it stands in. Values that are not finite, and on
 * a logarithmic axis those that are not positive, leave a gap.
 */
final class Chart {
  private static final int WIDTH = 560;
  private static final int HEIGHT = 280;
  private static final int LEFT = 58;
  private static final int RIGHT = 14;
  private static final int TOP = 12;
  private static final int BOTTOM = 38;
  private static final int TICKS = 5;
  private static final int DIGITS = 3;

  /** Neighbouring ticks of a range far from 0 differ late. */
  private static final int TICK_DIGITS = 6;

  /** A point of a line. */
  record Point(double x, double y) {}

  private record Line(String name, String style, List<Point> points) {}

  private record Guide(double y, String name) {}

  private final String title;
  private final String xLabel;
  private final boolean logarithmic;
  private final List<Line> lines = new ArrayList<>();
  private final List<Guide> guides = new ArrayList<>();
  private double xEnd;

  /**
   * An empty chart.
   *
   * @param title what is shown; stands above it
   * @param logarithmic whether the vertical axis is
   */
  Chart(String title, String xLabel, boolean logarithmic) {
    this.title = title;
    this.xLabel = xLabel;
    this.logarithmic = logarithmic;
  }

  /**
   * Adds a line.
   *
   * @param name for the legend; empty for none
   * @param style class that gives it its colour and width
   */
  Chart line(String name, String style, List<Point> points) {
    lines.add(new Line(name, style, points));
    return this;
  }

  /** Adds a horizontal line to compare with. */
  Chart guide(double y, String name) {
    guides.add(new Guide(y, name));
    return this;
  }

  /** Lets the horizontal axis reach at least so far. */
  Chart until(double x) {
    xEnd = x;
    return this;
  }

  /** The chart with its title and legend. */
  String svg() {
    double[] x = {0, xEnd};
    double[] y = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (Line line : lines) {
      for (Point p : line.points()) {
        if (visible(p.y())) {
          x[1] = Math.max(x[1], p.x());
          y[0] = Math.min(y[0], scaled(p.y()));
          y[1] = Math.max(y[1], scaled(p.y()));
        }
      }
    }
    if (y[0] > y[1]) {
      return "<figure><figcaption>"
          + Html.escape(title)
          + "</figcaption><p class=\"faint\">Nothing"
          + " yet.</p></figure>\n";
    }
    for (Guide guide : guides) {
      y[0] = Math.min(y[0], scaled(guide.y()));
      y[1] = Math.max(y[1], scaled(guide.y()));
    }
    double room = Math.max((y[1] - y[0]) * 0.05, 1e-9 + 1e-3 * Math.abs(y[0]));
    Axes axes = new Axes(0, Math.max(x[1], 1e-9), y[0] - room, y[1] + room);
    StringBuilder svg = new StringBuilder();
    svg.append("<figure><figcaption>").append(Html.escape(title)).append("</figcaption>\n");
    svg.append(
        Html.format(
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
            WIDTH, HEIGHT, Html.escape(title)));
    drawAxes(svg, axes);
    for (Guide guide : guides) {
      double at = axes.y(scaled(guide.y()));
      svg.append(
          Html.format(
              "<path class=\"guide\" d=\"M%d %.1fH%d\"/><text class=\"note\" x=\"%d\" y=\"%.1f\""
                  + " text-anchor=\"end\">%s</text>\n",
              LEFT, at, WIDTH - RIGHT, WIDTH - RIGHT - 3, at - 4, Html.escape(guide.name())));
    }
    for (Line line : lines) {
      svg.append(
          Html.format("<path class=\"line %s\" d=\"%s\"/>\n", line.style(), path(line, axes)));
      if (line.points().size() <= 40) {
        for (Point p : line.points()) {
          if (visible(p.y())) {
            svg.append(
                Html.format(
                    "<circle class=\"dot %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"/>",
                    line.style(), axes.x(p.x()), axes.y(scaled(p.y()))));
          }
        }
      }
    }
    return svg.append("</svg>\n").append(legend()).append("</figure>\n").toString();
  }

  private boolean visible(double y) {
    return Double.isFinite(y) && (!logarithmic || y > 0);
  }

  private double scaled(double y) {
    return logarithmic ? Math.log10(y) : y;
  }

  private String path(Line line, Axes axes) {
    StringBuilder d = new StringBuilder();
    boolean pen = false;
    for (Point p : line.points()) {
      if (visible(p.y())) {
        d.append(Html.format("%s%.1f %.1f", pen ? "L" : "M", axes.x(p.x()), axes.y(scaled(p.y()))));
      }
      pen = visible(p.y());
    }
    return d.toString();
  }

  private void drawAxes(StringBuilder svg, Axes axes) {
    for (double tick : ticks(axes.yMin(), axes.yMax(), logarithmic)) {
      double at = axes.y(tick);
      svg.append(
          Html.format(
              "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\""
                  + " text-anchor=\"end\">%s</text>\n",
              LEFT,
              at,
              WIDTH - RIGHT,
              LEFT - 6,
              at + 4,
              logarithmic ? number(Math.pow(10, tick)) : number(tick, TICK_DIGITS)));
    }
    for (double tick : ticks(axes.xMin(), axes.xMax(), false)) {
      svg.append(
          Html.format(
              "<path class=\"grid\" d=\"M%.1f %dV%d\"/><text x=\"%.1f\" y=\"%d\""
                  + " text-anchor=\"middle\">%s</text>\n",
              axes.x(tick),
              TOP,
              HEIGHT - BOTTOM,
              axes.x(tick),
              HEIGHT - BOTTOM + 16,
              number(tick, TICK_DIGITS)));
    }
    svg.append(
        Html.format(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
            (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, Html.escape(xLabel)));
  }

  private String legend() {
    StringBuilder legend = new StringBuilder();
    for (Line line : lines) {
      if (!line.name().isEmpty()) {
        legend.append(
            Html.format(
                "<li><svg viewBox=\"0 0 20 8\"><path class=\"line %s\" d=\"M0 4H20\"/></svg>%s</li>",
                line.style(), Html.escape(line.name())));
      }
    }
    return legend.isEmpty() ? "" : "<ul class=\"legend\">" + legend + "</ul>\n";
  }

  /** Round numbers within a range; on a logarithmic axis powers of ten where there are several. */
  static List<Double> ticks(double min, double max, boolean logarithmic) {
    double step = Math.pow(10, Math.floor(Math.log10((max - min) / TICKS)));
    for (int factor : new int[] {2, 5, 10}) {
      if ((max - min) / step > TICKS) {
        step = factor * Math.pow(10, Math.floor(Math.log10((max - min) / TICKS)));
      }
    }
    if (logarithmic && max - min > 1.5) {
      step = Math.max(1, Math.rint(step));
    }
    List<Double> ticks = new ArrayList<>();
    for (double t = Math.ceil(min / step) * step; t <= max + 1e-9 * step; t += step) {
      ticks.add(Math.abs(t) < 1e-9 * step ? 0 : t);
    }
    return ticks;
  }

  /** A number in three digits. */
  static String number(double v) {
    return number(v, DIGITS);
  }

  private static String number(double v, int digits) {
    if (v == 0) {
      return "0";
    }
    double magnitude = Math.abs(v);
    if (magnitude < 1e-3 || magnitude >= 1e5) {
      return Html.format("%.1e", v)
          .replaceFirst("\\.0e", "e")
          .replaceFirst("e([+-])0*(\\d)", "e$1$2")
          .replace("e+", "e");
    }
    return BigDecimal.valueOf(v)
        .round(new MathContext(digits))
        .stripTrailingZeros()
        .toPlainString();
  }

  private record Axes(double xMin, double xMax, double yMin, double yMax) {
    double x(double v) {
      return LEFT + (v - xMin) / (xMax - xMin) * (WIDTH - LEFT - RIGHT);
    }

    double y(double v) {
      return TOP + (yMax - v) / (yMax - yMin) * (HEIGHT - TOP - BOTTOM);
    }
  }
}
