package dev.fovea.tasks.report;

import dev.fovea.engine.monitor.Curve;
import dev.fovea.engine.monitor.Histogram;
import dev.fovea.engine.monitor.LayerState;
import dev.fovea.engine.monitor.Snapshot;
import dev.fovea.engine.monitor.TrainingHistory;
import dev.fovea.engine.train.EpochResult;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The page that shows a training. It needs nothing else: no file, no font, no network. */
final class ReportPage {
  /** How far the smoothed loss looks back: about ten points. */
  private static final double SMOOTHING = 0.9;

  private static final int REFRESH_SECONDS = 10;
  private static final int LINE_STYLES = 8;

  /** Part of the elements outside of the pictures of distributions, at either end. */
  private static final double TAIL = 0.002;

  /** The look of all pages. */
  static final String STYLE =
      """
      :root { color-scheme: light dark; --page: #f6f7f9; --card: #ffffff; --ink: #1b1f24;
        --faint: #57606a; --line: #d5dae1; --grid: #e6e9ee; --good: #14683a; --bad: #a8201a;
        --c0: #0b63b5; --c1: #c2410c; --c2: #14803c; --c3: #7c3aed; --c4: #b8860b; --c5: #0e7490;
        --c6: #be185d; --c7: #57606a; }
      @media (prefers-color-scheme: dark) {
        :root { --page: #101418; --card: #191f26; --ink: #e8ecf1; --faint: #a3adb8;
          --line: #2f3842; --grid: #262e37; --good: #6fd39a; --bad: #ff9a92;
          --c0: #6cb2f7; --c1: #ff9f5a; --c2: #63d68d; --c3: #b79cff; --c4: #f0c34e; --c5: #5fd0e6;
          --c6: #ff8fc0; --c7: #a3adb8; } }
      * { box-sizing: border-box; }
      body { margin: 0; background: var(--page); color: var(--ink);
        font: 16px/1.5 system-ui, sans-serif; }
      header, main, footer { max-width: 78rem; margin: 0 auto; padding: .5rem 1.25rem; }
      h1 { font-size: 1.8rem; margin: 1rem 0 0; }
      h2 { font-size: 1.3rem; margin: 2rem 0 .5rem; }
      p { margin: .35rem 0; max-width: 50rem; }
      .faint, footer { color: var(--faint); font-size: .9rem; }
      .good { color: var(--good); } .bad { color: var(--bad); } .status { font-weight: 600; }
      .figures { display: flex; flex-wrap: wrap; gap: .6rem; padding: 0; margin: .8rem 0;
        list-style: none; }
      .figures li { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
        padding: .4rem .8rem; }
      .figures b { display: block; font-size: 1.15rem; }
      .charts { display: grid; gap: .8rem;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); }
      figure { margin: 0; background: var(--card); border: 1px solid var(--line);
        border-radius: .7rem; padding: .6rem .7rem; }
      figcaption { font-weight: 600; margin-bottom: .2rem; }
      figure > svg { display: block; width: 100%; height: auto; }
      svg text { fill: var(--faint); font: 12px system-ui, sans-serif; }
      .grid { stroke: var(--grid); fill: none; }
      .guide { stroke: var(--ink); stroke-dasharray: 5 4; fill: none; opacity: .6; }
      .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
      .raw { stroke: var(--c0); stroke-width: 1; opacity: .35; }
      .s0 { stroke: var(--c0); } .s1 { stroke: var(--c1); } .s2 { stroke: var(--c2); }
      .s3 { stroke: var(--c3); } .s4 { stroke: var(--c4); } .s5 { stroke: var(--c5); }
      .s6 { stroke: var(--c6); } .s7 { stroke: var(--c7); }
      .dot { fill: var(--card); stroke-width: 1.5; }
      .legend { display: flex; flex-wrap: wrap; gap: .1rem 1rem; margin: .2rem 0 0; padding: 0;
        list-style: none; font-size: .85rem; color: var(--faint); }
      .legend svg { width: 20px; height: 8px; margin-right: .35rem; }
      .wide { overflow-x: auto; background: var(--card); border: 1px solid var(--line);
        border-radius: .7rem; }
      table { border-collapse: collapse; width: 100%; font-size: .9rem; }
      th, td { padding: .4rem .6rem; text-align: left; border-top: 1px solid var(--line);
        vertical-align: middle; }
      thead th { border-top: 0; color: var(--faint); font-weight: 600; }
      td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
      .map { display: grid; grid-template-columns: auto 1fr; gap: 0 .4rem; min-width: 15rem; }
      .map img { grid-row: 1 / span 2; grid-column: 2; width: 100%; height: 4.2rem;
        image-rendering: pixelated; border: 1px solid var(--line); }
      .map span { font-size: .75rem; color: var(--faint); text-align: right; }
      .map span + span { align-self: end; }
      .filters { image-rendering: pixelated; display: block; width: min(100%, 60rem); }
      """;

  private final String title;
  private final TrainingHistory history;

  ReportPage(String title, TrainingHistory history) {
    this.title = title;
    this.history = history;
  }

  /**
   * The page.
   *
   * @param running whether it is to look for a newer state of itself
   * @param status what is going on, for people
   * @param filters picture of the first layer, or null
   */
  String html(boolean running, String status, BufferedImage filters) {
    long now = System.currentTimeMillis();
    return Html.format(
        """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    %s<title>%s: training</title>
    <style>
    %s</style>
    </head>
    <body>
    <header>
    <h1>%s</h1>
    <p id="status" class="status" data-written="%d">%s</p>
    <ul class="figures">
    %s</ul>
    %s</header>
    <main>
    <section aria-label="Curves" class="charts">
    %s</section>
    %s%s</main>
    <footer><p>Written by Fovea. The same figures for TensorBoard are in this folder
    (<code>tensorboard --logdir</code> this folder), for programs in
    <code>history.json</code>.</p></footer>
    %s</body>
    </html>
    """,
        running ? "<meta http-equiv=\"refresh\" content=\"" + REFRESH_SECONDS + "\">\n" : "",
        Html.escape(title),
        STYLE,
        Html.escape(title),
        now,
        Html.escape(status),
        figures(),
        hints(),
        curves(),
        layers(),
        filters == null ? "" : filters(filters),
        running ? STALE : "");
  }

  /** A training that was killed cannot say so. */
  private static final String STALE =
      """
      <script>
      const status = document.getElementById("status");
      const minutes = Math.floor((Date.now() - Number(status.dataset.written)) / 60000);
      if (minutes >= 2) {
        status.textContent += " Nothing new for " + minutes
          + " minutes: the training may have been stopped.";
      }
      </script>
      """;

  private double epochOf(long step) {
    return (double) step / Math.max(1, history.stepsPerEpoch());
  }

  private String figures() {
    StringBuilder list = new StringBuilder();
    List<Curve.Point> smooth = Curve.smooth(history.loss(), SMOOTHING);
    if (!smooth.isEmpty()) {
      figure(list, "training loss", Chart.number(smooth.get(smooth.size() - 1).value()));
    }
    for (String name : validated()) {
      EpochResult last = history.epochs().get(history.epochs().size() - 1);
      double best =
          history.epochs().stream()
              .mapToDouble(e -> e.metrics().getOrDefault(name, Double.NEGATIVE_INFINITY))
              .max()
              .orElse(Double.NaN);
      figure(
          list,
          "validation " + name,
          Html.format("%.4f, best %.4f", last.metrics().getOrDefault(name, Double.NaN), best));
    }
    if (!history.snapshots().isEmpty()) {
      figure(list, "learning rate", Chart.number(latest().rate()));
    }
    return list.toString();
  }

  private static void figure(StringBuilder list, String name, String value) {
    list.append("<li>").append(Html.escape(name)).append("<b>").append(value).append("</b></li>\n");
  }

  private Snapshot latest() {
    return history.snapshots().get(history.snapshots().size() - 1);
  }

  private Set<String> validated() {
    Set<String> names = new TreeSet<>();
    history.epochs().forEach(e -> names.addAll(e.metrics().keySet()));
    return names;
  }

  private String hints() {
    StringBuilder list = new StringBuilder();
    for (String hint : Hints.of(history)) {
      list.append("<p class=\"bad\">").append(Html.escape(hint)).append("</p>\n");
    }
    return list.toString();
  }

  private String curves() {
    List<Chart.Point> raw = points(history.loss());
    List<Chart.Point> smooth = points(Curve.smooth(history.loss(), SMOOTHING));
    StringBuilder charts = new StringBuilder();
    charts.append(
        chart("Training loss", false)
            .line("each step", "raw", raw)
            .line("smoothed", "s0", smooth)
            .svg());
    Chart validation = chart("Validation", false);
    int style = 0;
    for (String name : validated()) {
      List<Chart.Point> points =
          history.epochs().stream()
              .map(e -> new Chart.Point(e.epoch(), e.metrics().getOrDefault(name, Double.NaN)))
              .toList();
      validation.line(name, "s" + style++ % LINE_STYLES, points);
    }
    charts.append(validation.svg());
    Chart ratios =
        chart("Size of updates against weights, |update| / |weights|", true)
            .guide(1e-3, "1e-3: about right");
    style = 0;
    List<String> names = layerNames();
    for (String name : chosen(names)) {
      ratios.line(name, "s" + style++, perLayer(name, LayerState::updateRatio));
    }
    charts.append(ratios.svg());
    charts.append(
        chart("Learning rate", false)
            .line(
                "",
                "s0",
                history.snapshots().stream()
                    .map(s -> new Chart.Point(epochOf(s.step()), s.rate()))
                    .toList())
            .svg());
    return charts.toString();
  }

  private Chart chart(String name, boolean logarithmic) {
    return new Chart(name, "epochs", logarithmic).until(epochOf(steps()));
  }

  private long steps() {
    List<Curve.Point> loss = history.loss();
    return loss.isEmpty() ? 0 : loss.get(loss.size() - 1).step() + 1;
  }

  private List<Chart.Point> points(List<Curve.Point> curve) {
    return curve.stream().map(p -> new Chart.Point(epochOf(p.step()), p.value())).toList();
  }

  private List<Chart.Point> perLayer(String name, ToDoubleFunction<LayerState> figure) {
    List<Chart.Point> points = new ArrayList<>();
    for (Snapshot s : history.snapshots()) {
      for (LayerState layer : s.layers()) {
        if (layer.name().equals(name)) {
          points.add(new Chart.Point(epochOf(s.step()), figure.applyAsDouble(layer)));
        }
      }
    }
    return points;
  }

  private List<String> layerNames() {
    return history.snapshots().isEmpty()
        ? List.of()
        : latest().layers().stream().map(LayerState::name).toList();
  }

  /** As many as a chart can show, first and last among them. */
  private static List<String> chosen(List<String> names) {
    if (names.size() <= LINE_STYLES) {
      return names;
    }
    List<String> some = new ArrayList<>();
    for (int i = 0; i < LINE_STYLES; i++) {
      some.add(names.get((int) Math.round(i * (names.size() - 1.0) / (LINE_STYLES - 1))));
    }
    return some;
  }

  private String layers() {
    if (history.snapshots().isEmpty()) {
      return "";
    }
    StringBuilder rows = new StringBuilder();
    for (LayerState layer : latest().layers()) {
      Histogram a = layer.activations();
      rows.append(
          Html.format(
              """
          <tr><th scope="row">%s</th><td>%s</td><td class="number">%s ± %s<br>%.0f %% zero%s</td>
          <td>%s</td><td class="number">%s</td></tr>
          """,
              Html.escape(layer.name()),
              map(layer.name(), LayerState::activations, false),
              Chart.number(a.mean()),
              Chart.number(a.deviation()),
              100 * a.zeroShare(),
              a.notFinite() == 0
                  ? ""
                  : "<br><span class=\"bad\">" + a.notFinite() + " not finite</span>",
              map(layer.name(), LayerState::gradients, true),
              Double.isFinite(layer.updateRatio()) ? Chart.number(layer.updateRatio()) : "∞"));
    }
    return Html.format(
        """
    <section aria-labelledby="layers">
    <h2 id="layers">Layers</h2>
    <p class="faint">From left to right the training so far, its start in smaller steps, darker where
    more values are. Activations:
    what a layer gives, after its normalisation and nonlinearity; exact zeros are left out of the
    picture. Gradients: their magnitudes, on a logarithmic scale.</p>
    <div class="wide"><table>
    <thead><tr><th>layer</th><th>activations</th><th>now</th><th>gradients</th>
    <th>update : weights</th></tr></thead>
    <tbody>
    %s</tbody></table></div>
    </section>
    """,
        rows);
  }

  private String map(String name, Function<LayerState, Histogram> which, boolean magnitude) {
    List<Histogram> columns = new ArrayList<>();
    for (Snapshot s : history.snapshots()) {
      s.layers().stream()
          .filter(layer -> layer.name().equals(name))
          .forEach(layer -> columns.add(which.apply(layer)));
    }
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Histogram h : columns) {
      if (h.count() > h.zeros()) {
        double a = h.quantile(TAIL);
        double b = h.quantile(1 - TAIL);
        low = Math.min(low, magnitude ? magnitude(h) - 4 : a);
        high = Math.max(high, magnitude ? magnitude(h) + 1 : b);
      }
    }
    if (!(low < high)) {
      return "<span class=\"faint\">all the same</span>";
    }
    return Html.format(
        """
    <div class="map"><span>%s</span><span>%s</span><img alt="Distribution over time, from %s to %s"
    src="%s"></div>\
    """,
        Chart.number(magnitude ? Math.pow(10, high) : high),
        Chart.number(magnitude ? Math.pow(10, low) : low),
        Chart.number(magnitude ? Math.pow(10, low) : low),
        Chart.number(magnitude ? Math.pow(10, high) : high),
        Pictures.address(Pictures.distribution(columns, low, high, magnitude)));
  }

  /** Power of ten of the root mean square of what is not zero. */
  private static double magnitude(Histogram h) {
    double square = h.sumOfSquares() / (h.count() - h.zeros());
    return Math.rint(Math.log10(Math.max(Double.MIN_NORMAL, square)) / 2);
  }

  private static String filters(BufferedImage filters) {
    return Html.format(
        """
    <section aria-labelledby="filters">
    <h2 id="filters">First layer</h2>
    <p class="faint">Its weights as pictures, as they are now; grey is 0. Noise where the training has
    not come far or wants more of a penalty; edges and blobs, later.</p>
    <figure><img class="filters" alt="Weights of the first layer" style="max-width:%dpx" src="%s">
    </figure>
    </section>
    """,
        8 * filters.getWidth(), Pictures.address(filters));
  }
}
