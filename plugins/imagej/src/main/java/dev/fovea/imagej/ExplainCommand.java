package dev.fovea.imagej;

import dev.fovea.engine.zoo.Prediction;
import dev.fovea.tasks.ExplainTask;
import dev.fovea.tasks.Parameter;
import dev.fovea.visualize.ColorMap;
import ij.ImagePlus;
import ij.gui.ImageRoi;
import ij.gui.Roi;
import ij.process.ColorProcessor;
import java.awt.Rectangle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Shows which pixels speak for a class: heat over the image, and the heat itself, by the first of
 * the methods.
 */
final class ExplainCommand extends Command<ExplainTask.Parameters, ExplainTask.Result> {
  private static final double OPACITY = 0.5;

  ExplainCommand() {
    super(
        "Explain",
        new ExplainTask(),
        List.of(),
        List.of(
            Parameter.text(
                ResultFiles.SAVE, "", "TIFF file to save the saliency image as; macros only.")));
  }

  @Override
  String show(Findings<ExplainTask.Result> findings, ResultFiles files) throws IOException {
    ImagePlus image = findings.image();
    Rectangle bounds = findings.region().bounds();
    Map<Integer, float[]> saliency = new TreeMap<>();
    List<Roi> rois = new ArrayList<>();
    findings
        .bySlice()
        .forEach(
            (slice, explanation) -> {
              saliency.put(slice, inImage(heat(explanation), bounds, image));
              Roi heat = heat(explanation, bounds);
              Annotations.place(heat, image, slice);
              rois.add(heat);
            });
    Annotations.replace(image, rois, findings.bySlice().keySet());
    ImagePlus result =
        SliceImages.quantity(
            image, findings.name() + "-saliency", saliency, Lookups.of(ColorMap.INFERNO));
    result.setProperty("Info", findings.record());
    SliceImages.show(result);
    files.write(result, "saliency");
    return Integer.toString(result.getID());
  }

  private static float[] heat(ExplainTask.Result explanation) {
    return explanation.heats().get(0).values();
  }

  /** Values of the bounds in an array of the image's size, 0 around them. */
  private static float[] inImage(float[] values, Rectangle bounds, ImagePlus image) {
    float[] all = new float[image.getWidth() * image.getHeight()];
    for (int y = 0; y < bounds.height; y++) {
      int to = (bounds.y + y) * image.getWidth() + bounds.x;
      System.arraycopy(values, y * bounds.width, all, to, bounds.width);
    }
    return all;
  }

  private static ImageRoi heat(ExplainTask.Result explanation, Rectangle bounds) {
    float[] saliency = heat(explanation);
    float max = 0;
    for (float value : saliency) {
      max = Math.max(max, value);
    }
    int[] rgb = new int[saliency.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = ColorMap.INFERNO.rgb(max > 0 ? saliency[i] / max : 0);
    }
    ImageRoi roi =
        new ImageRoi(bounds.x, bounds.y, new ColorProcessor(bounds.width, bounds.height, rgb));
    roi.setOpacity(OPACITY);
    Prediction prediction = explanation.prediction();
    roi.setName(
        String.format(Locale.ROOT, "%s %.2f", prediction.label(), prediction.probability()));
    return roi;
  }
}
