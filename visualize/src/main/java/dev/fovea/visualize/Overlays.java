package dev.fovea.visualize;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Percentiles;
import dev.fovea.engine.image.SampleType;
import java.util.Comparator;
import java.util.List;

/**
 * Draws results over pictures. Every method returns a new 8-bit colour picture and leaves its
 * arguments unchanged; labels and heat are row by row, of the picture's size.
 */
public final class Overlays {
  private static final float LOW_PERCENTILE = 0.1f;
  private static final float HIGH_PERCENTILE = 99.9f;

  private Overlays() {}

  /**
   * A picture as it should be shown: 8-bit samples as they are, others stretched from the 0.1 to
   * the 99.9 percentile, in three channels.
   *
   * @throws IllegalArgumentException if there are neither 1 nor 3 channels
   */
  public static Image display(Image image) {
    Image colour = image.toRgb();
    if (colour.type() == SampleType.UINT8) {
      return colour;
    }
    float[] range = Percentiles.of(image, LOW_PERCENTILE, HIGH_PERCENTILE);
    return colour.asUint8(range[0], range[1]);
  }

  /**
   * Outlines objects in their colours (see {@link LabelColors}): a pixel of an object is on its
   * outline if one of its four neighbours is not of the object, or outside of the picture. In an
   * enlarged picture the line is half as wide as one of the old pixels.
   *
   * @param labels 0 for background
   * @param scale how many times to enlarge first, so that thin outlines hide less of the picture
   * @throws IllegalArgumentException if the labels are not of the picture's size or scale is below
   *     1
   */
  public static Image outlines(Image image, int[] labels, int scale) {
    requireSize(labels.length, image);
    Canvas canvas = Canvas.of(image, requireScale(scale));
    int thickness = (scale + 1) / 2;
    for (int y = 0; y < canvas.height(); y++) {
      for (int x = 0; x < canvas.width(); x++) {
        int label = labelAt(labels, image, x, y, scale);
        boolean edge = false;
        for (int d = 1; d <= thickness && label != 0 && !edge; d++) {
          edge =
              labelAt(labels, image, x - d, y, scale) != label
                  || labelAt(labels, image, x + d, y, scale) != label
                  || labelAt(labels, image, x, y - d, scale) != label
                  || labelAt(labels, image, x, y + d, scale) != label;
        }
        if (edge) {
          canvas.set(y * canvas.width() + x, LabelColors.rgb(label));
        }
      }
    }
    return canvas.toImage();
  }

  /**
   * Draws frames in the colours of their labels (see {@link LabelColors}), two pixels wide, larger
   * ones first, with their names. The detail is left out where it does not fit into the width of
   * the box, the name where it is wider than two of them. Without fonts in the system there are no
   * names.
   *
   * @param scale how many times to enlarge first
   * @throws IllegalArgumentException if scale is below 1
   */
  public static Image boxes(Image image, List<LabelledBox> boxes, int scale) {
    Canvas canvas = Canvas.of(image, requireScale(scale));
    List<LabelledBox> largestFirst =
        boxes.stream().sorted(Comparator.comparingDouble(box -> -box.area())).toList();
    for (LabelledBox box : largestFirst) {
      int left = edge(box.x1(), scale);
      int top = edge(box.y1(), scale);
      int right = edge(box.x2(), scale) - 1;
      int bottom = edge(box.y2(), scale) - 1;
      int rgb = LabelColors.rgb(box.label());
      frame(canvas, left, top, right, bottom, rgb);
      frame(canvas, left + 1, top + 1, right - 1, bottom - 1, rgb);
    }
    BoxNames.write(canvas, largestFirst, scale);
    return canvas.toImage();
  }

  private static int edge(double at, int scale) {
    return (int) Math.round(Math.max(-1e6, Math.min(1e6, at * scale)));
  }

  /** A frame one pixel wide through two corners. */
  private static void frame(Canvas canvas, int left, int top, int right, int bottom, int rgb) {
    for (int y = Math.max(0, top); y <= Math.min(canvas.height() - 1, bottom); y++) {
      boolean across = y == top || y == bottom;
      for (int x = Math.max(0, left); x <= Math.min(canvas.width() - 1, right); x++) {
        if (across || x == left || x == right) {
          canvas.set(y * canvas.width() + x, rgb);
        }
      }
    }
  }

  /** The label of a pixel of the enlarged picture; 0 outside. */
  private static int labelAt(int[] labels, Image image, int x, int y, int scale) {
    if (x < 0 || y < 0 || x >= image.width() * scale || y >= image.height() * scale) {
      return 0;
    }
    return labels[y / scale * image.width() + x / scale];
  }

  /**
   * Objects filled with their colours on black.
   *
   * @param labels 0 for background
   * @param scale how many times to enlarge
   */
  public static Image labels(int[] labels, int width, int height, int scale) {
    Canvas canvas = new Canvas(width * requireScale(scale), height * scale);
    for (int i = 0; i < canvas.width() * canvas.height(); i++) {
      int x = i % canvas.width() / scale;
      int y = i / canvas.width() / scale;
      canvas.set(i, LabelColors.rgb(labels[y * width + x]));
    }
    return canvas.toImage();
  }

  /**
   * A quantity in the colours of a map, from 0 to its largest value.
   *
   * @param heat 0 or more
   */
  public static Image heat(float[] heat, int width, int height, ColorMap map) {
    float max = max(heat);
    Canvas canvas = new Canvas(width, height);
    for (int i = 0; i < heat.length; i++) {
      canvas.set(i, map.rgb(max > 0 ? heat[i] / max : 0));
    }
    return canvas.toImage();
  }

  /**
   * A quantity over the grey of a picture: the higher, the more colour.
   *
   * @param heat 0 or more
   * @param opacity of the colours where the quantity is largest, 0 to 1
   */
  public static Image heatOver(Image image, float[] heat, ColorMap map, double opacity) {
    requireSize(heat.length, image);
    float max = max(heat);
    Canvas canvas = Canvas.of(image.toGrey(), 1);
    for (int i = 0; i < heat.length; i++) {
      double t = max > 0 ? heat[i] / max : 0;
      // The root lets weak heat show: opacity and colour both fade towards zero.
      canvas.set(i, Rgb.blend(canvas.get(i), map.rgb(t), opacity * Math.sqrt(t)));
    }
    return canvas.toImage();
  }

  /**
   * Pictures in a row, upper edges aligned, with a white gap between them; enlarged alike.
   *
   * @param gap pixels between two pictures
   * @param scale how many times to enlarge each
   */
  public static Image sideBySide(List<Image> images, int gap, int scale) {
    return ContactSheet.of(images, images.size(), gap, scale);
  }

  private static float max(float[] values) {
    float max = 0;
    for (float value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  private static int requireScale(int scale) {
    if (scale < 1) {
      throw new IllegalArgumentException("scale: found " + scale + ", expected 1 or more");
    }
    return scale;
  }

  private static void requireSize(int length, Image image) {
    if (length != image.width() * image.height()) {
      throw new IllegalArgumentException(
          "overlay: found "
              + length
              + " values, expected "
              + image.width()
              + " x "
              + image.height());
    }
  }
}
