package dev.fovea.tasks.report;

import dev.fovea.detection.Detection;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.PictureSet;
import dev.fovea.detection.evaluation.ConfusionMatrix;
import dev.fovea.detection.evaluation.PrecisionRecall;
import dev.fovea.detection.train.DetectorEvaluation;
import dev.fovea.engine.image.BufferedImages;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Resampling;
import dev.fovea.engine.image.Transforms;
import dev.fovea.engine.io.AtomicFiles;
import dev.fovea.visualize.LabelledBox;
import dev.fovea.visualize.Overlays;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The page that shows how good a detector is: the figures of COCO, average precision and curves of
 * each class, who was taken for whom, and the pictures with most mistakes. It needs nothing else:
 * no file, no font, no network.
 */
public final class DetectionReport {
  private static final String PAGE = "report.html";

  /** Finds below are not shown in pictures and the confusion matrix. */
  private static final double SURE = 0.25;

  private static final double IOU = 0.5;
  private static final int MOST_PICTURES = 12;
  private static final int MOST_SIDE = 640;
  private static final int STYLES = 8;
  private static final int POINTS = 101;
  private static final int FIRST_COLOR = 1;

  private DetectionReport() {}

  /**
   * Writes the page.
   *
   * @param folder made if it is not there
   * @param title of the page
   * @param set the pictures that were evaluated, in the same order
   * @return the page
   * @throws IOException if a picture cannot be read or the page not written
   */
  public static Path write(Path folder, String title, DetectorEvaluation evaluation, PictureSet set)
      throws IOException {
    Files.createDirectories(folder);
    StringBuilder body = new StringBuilder();
    figures(body, evaluation);
    classes(body, evaluation);
    curves(body, evaluation);
    confusion(body, evaluation);
    pictures(body, evaluation, set);
    String html =
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>TITLE: evaluation</title>
        <style>
        STYLE
        .shots { display: grid; gap: .8rem;
          grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
        .shots img { width: 100%; display: block; }
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

  private static void figures(StringBuilder body, DetectorEvaluation evaluation) {
    body.append("<ul class=\"figures\">\n");
    body.append(Html.format("<li><b>%d</b>pictures</li>\n", evaluation.pictures().size()));
    for (Map.Entry<String, Double> figure : evaluation.coco().figures().byName().entrySet()) {
      body.append(
          Html.format("<li><b>%s</b>%s</li>\n", number(figure.getValue()), figure.getKey()));
    }
    body.append("</ul>\n");
  }

  /** What has no true objects has no figure. */
  private static String number(double value) {
    return value < 0 ? "none" : Html.format("%.3f", value);
  }

  private static void classes(StringBuilder body, DetectorEvaluation evaluation) {
    body.append("<h2>Classes</h2>\n<div class=\"wide\"><table><thead><tr><th>class</th>");
    body.append("<th>objects</th><th>AP</th><th>AP50</th><th>AP75</th><th>AR</th></tr></thead>");
    for (int label = 0; label < evaluation.classes().size(); label++) {
      int wanted = label;
      long objects =
          evaluation.pictures().stream()
              .flatMap(p -> p.truth().stream())
              .filter(o -> o.label() == wanted)
              .count();
      body.append(
          Html.format(
              "<tr><td>%s</td><td class=\"number\">%d</td>",
              Html.escape(evaluation.classes().get(label)), objects));
      for (double figure :
          new double[] {
            evaluation.coco().averagePrecision(label),
            evaluation.coco().averagePrecisionAt(label, 0),
            evaluation.coco().averagePrecisionAt(label, 5),
            evaluation.coco().averageRecall(label)
          }) {
        body.append("<td class=\"number\">").append(number(figure)).append("</td>");
      }
      body.append("</tr>\n");
    }
    body.append("</table></div>\n");
  }

  private static void curves(StringBuilder body, DetectorEvaluation evaluation) {
    Chart chart = new Chart("Precision against recall at IoU 0.5", "recall", false).until(1);
    for (int label = 0; label < evaluation.classes().size(); label++) {
      Optional<PrecisionRecall> curve = evaluation.coco().curve(label, 0);
      if (curve.isPresent()) {
        double[] precision = curve.get().sampled(POINTS);
        List<Chart.Point> points = new ArrayList<>();
        for (int i = 0; i < POINTS; i++) {
          points.add(new Chart.Point(i / (POINTS - 1.0), precision[i]));
        }
        chart.line(evaluation.classes().get(label), "s" + label % STYLES, points);
      }
    }
    body.append("<div class=\"charts\">").append(chart.svg()).append("</div>\n");
  }

  private static void confusion(StringBuilder body, DetectorEvaluation evaluation) {
    List<String> names = new ArrayList<>(evaluation.classes());
    ConfusionMatrix matrix = new ConfusionMatrix(names.size(), IOU, SURE);
    evaluation.pictures().forEach(p -> matrix.add(p.truth(), p.found()));
    names.add("background");
    body.append("<h2>What was taken for what</h2>\n<p class=\"faint\">Finds with a score of ")
        .append(SURE)
        .append(" or more, pairs with an IoU of 0.5 or more. A row is what is there, a column")
        .append(" what was found.</p>\n<div class=\"wide\"><table><thead><tr><th></th>");
    names.forEach(name -> body.append("<th>").append(Html.escape(name)).append("</th>"));
    body.append("</tr></thead>\n");
    long[][] counts = matrix.counts();
    for (int row = 0; row < counts.length; row++) {
      body.append("<tr><th>").append(Html.escape(names.get(row))).append("</th>");
      for (long count : counts[row]) {
        body.append("<td class=\"number\">").append(count).append("</td>");
      }
      body.append("</tr>\n");
    }
    body.append("</table></div>\n");
  }

  /** Number of objects that were missed, mistaken or made up. */
  private static long mistakes(DetectorEvaluation.Picture picture, int classes) {
    ConfusionMatrix matrix = new ConfusionMatrix(classes, IOU, SURE);
    matrix.add(picture.truth(), picture.found());
    long wrong = 0;
    long[][] counts = matrix.counts();
    for (int row = 0; row < counts.length; row++) {
      for (int column = 0; column < counts.length; column++) {
        wrong += row == column ? 0 : counts[row][column];
      }
    }
    return wrong;
  }

  private static void pictures(StringBuilder body, DetectorEvaluation evaluation, PictureSet set)
      throws IOException {
    int classes = evaluation.classes().size();
    List<Integer> worst = new ArrayList<>();
    for (int i = 0; i < evaluation.pictures().size(); i++) {
      worst.add(i);
    }
    worst.sort(Comparator.comparingLong(i -> -mistakes(evaluation.pictures().get(i), classes)));
    body.append("<h2>Pictures with most mistakes</h2>\n<p class=\"faint\">Left the true objects,")
        .append(" right what was found, each class in a colour.</p>\n<div class=\"shots\">\n");
    for (int i : worst.subList(0, Math.min(MOST_PICTURES, worst.size()))) {
      DetectorEvaluation.Picture picture = evaluation.pictures().get(i);
      body.append(
          Html.format(
              "<figure><figcaption>%s: %d mistakes</figcaption><img alt=\"%s\" src=\"%s\"></figure>\n",
              Html.escape(picture.name()),
              mistakes(picture, classes),
              Html.escape(picture.name()),
              Pictures.address(
                  BufferedImages.fromImage(shot(set.image(i), picture, evaluation.classes())))));
    }
    body.append("</div>\n");
  }

  private static LabelledBox box(Box box, int label, List<String> classes, String detail) {
    return LabelledBox.of(box.xyxy(), label + FIRST_COLOR, classes.get(label), detail);
  }

  private static Image shot(Image image, DetectorEvaluation.Picture picture, List<String> classes) {
    List<Detection> sure = picture.found().stream().filter(f -> f.score() >= SURE).toList();
    double scale = Math.min(1, (double) MOST_SIDE / Math.max(image.width(), image.height()));
    Image small =
        Transforms.resize(
            Overlays.display(image),
            (int) Math.max(1, image.width() * scale),
            (int) Math.max(1, image.height() * scale),
            Resampling.TRIANGLE);
    Image truth =
        Overlays.boxes(
            small,
            picture.truth().stream()
                .map(o -> box(o.box().scale(scale, scale), o.label(), classes, ""))
                .toList(),
            1);
    Image found =
        Overlays.boxes(
            small,
            sure.stream()
                .map(
                    f ->
                        box(
                            f.box().scale(scale, scale),
                            f.label(),
                            classes,
                            Html.format("%.2f", f.score())))
                .toList(),
            1);
    return Overlays.sideBySide(List.of(truth, found), 4, 1);
  }
}
