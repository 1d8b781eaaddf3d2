package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings Upsample, and the Resize of opset 10, into the form that Resize has since opset 11. Both
 * map coordinates by the scale alone; their nearest neighbour is the one before where the output is
 * larger, and the one after where it is smaller.
 */
final class UpsampleForm {

  private static final int NAMED_DIRECTIONS = 7;
  private static final int ADDED_INPUT = 9;
  private static final int RESIZE = 10;

  private UpsampleForm() {}

  /** An Upsample; no file should have one since there is Resize, but some do. */
  static boolean upsample(Rewrite w) {
    write(w, scales(w.call()));
    return true;
  }

  /** A Resize of an image and its scales, without a region. */
  static boolean resize(Rewrite w) {
    if (w.call().opset() != RESIZE || w.inputs().size() > 2) {
      return false;
    }
    write(w, scales(w.call()));
    return true;
  }

  private static List<Float> scales(NodeCall c) {
    if (c.opset() < NAMED_DIRECTIONS && c.attribute("scales") == null) {
      return List.of(1f, 1f, (float) c.real("height_scale", 1), (float) c.real("width_scale", 1));
    }
    AttributeProto attribute = c.attribute("scales");
    if (c.opset() < ADDED_INPUT && attribute != null) {
      return attribute.getFloatsList();
    }
    if (c.inputs().size() != 2) {
      throw new IllegalArgumentException(
          "found " + c.inputs().size() + " inputs, expected an image and its scales");
    }
    OnnxTensor scales = c.in(1);
    if (scales.isShell()) {
      throw new IllegalArgumentException(
          "found '"
              + c.node().getInput(1)
              + "' as scales, expected a tensor of the file, known before a run");
    }
    List<Float> all = new ArrayList<>();
    for (int i = 0; i < scales.size(); i++) {
      all.add((float) scales.real(i));
    }
    return all;
  }

  private static void write(Rewrite w, List<Float> scales) {
    String mode = w.call().text("mode", "nearest");
    boolean enlarges = scales.stream().anyMatch(s -> s > 1);
    boolean reduces = scales.stream().anyMatch(s -> s < 1);
    String x = w.input(0);
    if (mode.equals("nearest") && enlarges && reduces) {
      // Directions do not depend on each other, so one after the other may have its own rounding.
      x = resized(w, x, mode, scales.stream().map(s -> Math.max(s, 1f)).toList(), false);
      scales = scales.stream().map(s -> Math.min(s, 1f)).toList();
    }
    w.output(0, "Resize", inputs(w, x, scales), attributes(mode, reduces));
  }

  private static String resized(
      Rewrite w, String x, String mode, List<Float> scales, boolean reduces) {
    return w.node("Resize", inputs(w, x, scales), attributes(mode, reduces));
  }

  private static List<String> inputs(Rewrite w, String x, List<Float> scales) {
    return List.of(x, "", w.reals(scales, scales.size()));
  }

  private static AttributeProto[] attributes(String mode, boolean reduces) {
    return new AttributeProto[] {
      Rewrite.text("mode", mode.equals("bilinear") ? "linear" : mode),
      Rewrite.text("coordinate_transformation_mode", "asymmetric"),
      Rewrite.text("nearest_mode", reduces ? "ceil" : "floor")
    };
  }
}
