package dev.fovea.tasks.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.tasks.AttackTask;
import dev.fovea.tasks.ImageTask;
import dev.fovea.tasks.TaskContext;
import dev.fovea.visualize.Overlays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Attacks files. For each: {@code .adversarial.png} (of several pages {@code .adversarial.tif}),
 * the changed picture, which is read again and told again; {@code .attack.png}, the picture, its
 * change and the changed one side by side; {@code .attack.json}, what was told before and of the
 * written file, and how large the change in it is.
 */
public final class AttackFiles implements FileJob {
  private static final String ADVERSARIAL = ".adversarial";
  private static final String PANELS = ".attack";
  private static final String VERDICT = ".attack.json";
  private static final int GAP = 8;
  private static final int GREY = 128;
  private static final int LARGEST = 127;

  private final ImageTask.Opened<AttackTask.Result> task;

  /** Attacks with an opened task. */
  public AttackFiles(ImageTask.Opened<AttackTask.Result> task) {
    this.task = task;
  }

  @Override
  public List<String> endings() {
    List<String> endings = new ArrayList<>(Pages.pictureEndings(ADVERSARIAL));
    endings.addAll(Pages.pictureEndings(PANELS));
    endings.add(VERDICT);
    return endings;
  }

  @Override
  public boolean isComplete(OutputName name) {
    return Pages.picturesExist(name, ADVERSARIAL)
        && Pages.picturesExist(name, PANELS)
        && name.exists(VERDICT);
  }

  @Override
  public Outcome run(OutputName name, TaskContext context) throws IOException {
    Pages<AttackTask.Result> pages = Pages.process(name, task, context);
    pages.requireOneSize(name);
    List<AttackTask.Result> results = pages.results();
    List<Path> outputs = new ArrayList<>();
    Path written =
        Pages.writePictures(
            name, ADVERSARIAL, results.stream().map(AttackTask.Result::adversarial).toList());
    outputs.add(written);
    // What counts is what others will read.
    List<Image> read = ImageReader.readPages(written);
    List<Image> panels = new ArrayList<>();
    ObjectNode document = Json.object();
    document.put("image", name.input().name());
    ArrayNode rows = document.putArray("pages");
    String summary = "";
    for (int i = 0; i < results.size(); i++) {
      AttackTask.Result result = results.get(i);
      AttackTask.Verdict verdict = result.judge().judge(result.original(), read.get(i));
      describe(rows.addObject(), result, verdict);
      panels.add(panel(result.original(), read.get(i)));
      summary = i == 0 ? summary(result, verdict) : summary;
    }
    outputs.add(Pages.writePictures(name, PANELS, panels));
    outputs.add(Pages.writeText(name.file(VERDICT), Json.text(document)));
    return new Outcome(outputs, summary);
  }

  private static void describe(
      ObjectNode row, AttackTask.Result result, AttackTask.Verdict verdict) {
    if (result.told() != null) {
      row.put("class", result.told().label());
      Json.put(row, "score", result.told().probability());
      row.put("adversarial_class", verdict.told().label());
      Json.put(row, "adversarial_score", verdict.told().probability());
    }
    Json.put(row, "reached", verdict.reached());
    Json.put(row, "linf", verdict.lInf());
    Json.put(row, "l2", verdict.l2());
    row.put("in_ball", verdict.inBall());
  }

  private static String summary(AttackTask.Result result, AttackTask.Verdict verdict) {
    String change = String.format(Locale.ROOT, "linf %.4f, l2 %.3f", verdict.lInf(), verdict.l2());
    return result.told() == null
        ? String.format(Locale.ROOT, "%.1f %% of the pixels, %s", 100 * verdict.reached(), change)
        : "%s told as %s, %s".formatted(result.told().label(), verdict.told().label(), change);
  }

  /** Picture, change with its largest value at black or white, changed picture. */
  private static Image panel(Image original, Image adversarial) {
    return Overlays.sideBySide(
        List.of(original, change(original, adversarial), adversarial),
        GAP,
        Pages.enlargement(original));
  }

  private static Image change(Image original, Image adversarial) {
    float[][] differences = new float[original.channels()][];
    float largest = 1;
    for (int c = 0; c < differences.length; c++) {
      differences[c] = adversarial.plane(c);
      float[] from = original.plane(c);
      for (int i = 0; i < from.length; i++) {
        differences[c][i] -= from[i];
        largest = Math.max(largest, Math.abs(differences[c][i]));
      }
    }
    byte[][] planes = new byte[differences.length][differences[0].length];
    for (int c = 0; c < planes.length; c++) {
      for (int i = 0; i < planes[c].length; i++) {
        planes[c][i] = (byte) Math.round(GREY + LARGEST * differences[c][i] / largest);
      }
    }
    return Image.ofUint8(original.width(), original.height(), planes);
  }

  @Override
  public List<Path> summarise(Path folder, List<OutputName> names) {
    return List.of();
  }
}
