package dev.fovea.tasks.report;

import dev.fovea.engine.image.BufferedImages;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Resampling;
import dev.fovea.engine.image.Transforms;
import dev.fovea.engine.io.AtomicFiles;
import dev.fovea.visualize.Overlays;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The page that shows how a classifier stands attacks: accuracy against their strength, for each
 * class, and pictures. It needs nothing else: no file, no font, no network.
 */
public final class RobustnessReport {
  private static final String PAGE = "report.html";
  private static final int STYLES = 8;
  private static final int MOST_SIDE = 320;
  private static final int LEAST_SIDE = 112;

  /** More columns nobody reads. */
  private static final int MOST_CLASSES = 40;

  private RobustnessReport() {}

  /**
   * Writes the page.
   *
   * @param folder made if it is not there
   * @param title of the page
   * @return the page
   * @throws IOException if it cannot be written
   */
  public static Path write(Path folder, String title, Robustness result) throws IOException {
    Files.createDirectories(folder);
    StringBuilder body = new StringBuilder();
    curves(body, result);
    table(body, result);
    pictures(body, result);
    String html =
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>TITLE: robustness</title>
        <style>
        STYLE
        .shots { display: flex; flex-wrap: wrap; gap: .8rem; }
        .shots figure { margin: 0; }
        .shots img { display: block; image-rendering: pixelated; }
        </style>
        </head>
        <body>
        <header><h1>TITLE</h1>
        </header>
        <main>
        BODY</main>
        </body>
        </html>
        """
            .replace("TITLE", Html.escape(title))
            .replace("STYLE", ReportPage.STYLE)
            .replace("BODY", body);
    Path page = folder.resolve(PAGE);
    byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(page, out -> out.write(bytes));
    return page;
  }

  private static void curves(StringBuilder body, Robustness result) {
    Map<String, List<Chart.Point>> lines = new LinkedHashMap<>();
    for (Robustness.Point p : result.curve()) {
      lines
          .computeIfAbsent(p.attack(), name -> new ArrayList<>())
          .add(new Chart.Point(p.epsilon(), p.accuracy()));
    }
    Chart chart =
        new Chart(
            "Accuracy on " + result.images() + " pictures",
            "epsilon (" + result.norm() + ")",
            false);
    int style = 0;
    for (Map.Entry<String, List<Chart.Point>> line : lines.entrySet()) {
      chart.line(line.getKey(), "s" + style++ % STYLES, line.getValue());
    }
    body.append("<div class=\"charts\">").append(chart.svg()).append("</div>\n");
  }

  private static void table(StringBuilder body, Robustness result) {
    List<String> classes = result.classes();
    int shown = classes.size() <= MOST_CLASSES ? classes.size() : 0;
    body.append("<h2>Classes</h2>\n<div class=\"wide\"><table><thead><tr><th>attack</th>")
        .append("<th>epsilon</th><th>all</th>");
    classes
        .subList(0, shown)
        .forEach(name -> body.append("<th>").append(Html.escape(name)).append("</th>"));
    body.append("</tr></thead>\n");
    for (Robustness.Point p : result.curve()) {
      body.append(
          Html.format(
              "<tr><td>%s</td><td class=\"number\">%s</td><td class=\"number\">%s</td>",
              Html.escape(p.attack()), p.epsilon(), share(p.accuracy())));
      for (int c = 0; c < shown; c++) {
        body.append(Html.format("<td class=\"number\">%s</td>", share(p.perClass().get(c))));
      }
      body.append("</tr>\n");
    }
    body.append("</table></div>\n");
  }

  /** A class without pictures has no figure. */
  private static String share(double value) {
    return Double.isNaN(value) ? "none" : Html.format("%.3f", value);
  }

  private static void pictures(StringBuilder body, Robustness result) {
    body.append("<h2>Pictures</h2>\n<p class=\"faint\">Left the picture, right the same after the")
        .append(" attack, in 8 bits.</p>\n");
    for (Robustness.Point p : result.curve()) {
      if (p.epsilon() > 0) {
        body.append(
            Html.format(
                "<h3>%s, epsilon %s</h3>\n<div class=\"shots\">\n",
                Html.escape(p.attack()), p.epsilon()));
        for (Robustness.Shot shot : p.shots()) {
          String caption = Html.escape(shot.label() + " told as " + shot.told());
          body.append(
              Html.format(
                  "<figure><figcaption>%s</figcaption><img alt=\"%s\" src=\"%s\"></figure>\n",
                  caption, caption, Pictures.address(BufferedImages.fromImage(pair(shot)))));
        }
        body.append("</div>\n");
      }
    }
  }

  private static Image pair(Robustness.Shot shot) {
    Image original = shot.original();
    int side = Math.max(original.width(), original.height());
    double scale = Math.min(1, (double) MOST_SIDE / side);
    int larger = Math.max(1, LEAST_SIDE / side);
    return Overlays.sideBySide(
        List.of(sized(original, scale), sized(shot.adversarial(), scale)), 4, larger);
  }

  private static Image sized(Image image, double scale) {
    return Transforms.resize(
        Overlays.display(image),
        (int) Math.max(1, image.width() * scale),
        (int) Math.max(1, image.height() * scale),
        Resampling.TRIANGLE);
  }
}
