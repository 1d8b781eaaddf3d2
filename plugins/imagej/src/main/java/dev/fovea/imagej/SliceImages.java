package dev.fovea.imagej;

import ij.ImagePlus;
import ij.ImageStack;
import ij.WindowManager;
import ij.macro.Interpreter;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.LUT;
import ij.process.ShortProcessor;
import java.awt.GraphicsEnvironment;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;

/** Images of results that lie pixel on pixel, slice on slice over the image they came from. */
final class SliceImages {
  private static final int MAX_SHORT = 65535;

  /** The look-up table of labels shows so many without repeating itself. */
  private static final int TABLE_MAX = 255;

  private SliceImages() {}

  /**
   * A label image: 16 bits deep, or 32 if there are more than 65,535 labels in a slice.
   *
   * @param bySlice labels of the source's size, by slice number
   */
  static ImagePlus labels(ImagePlus source, String title, Map<Integer, int[]> bySlice) {
    int max = max(bySlice.values());
    ImagePlus image =
        assemble(source, title, bySlice, labels -> labelProcessor(source, labels, max));
    return withTable(image, Lookups.labels(), Math.max(max, TABLE_MAX));
  }

  private static int max(Collection<int[]> arrays) {
    int max = 0;
    for (int[] array : arrays) {
      for (int value : array) {
        max = Math.max(max, value);
      }
    }
    return max;
  }

  private static ImageProcessor labelProcessor(ImagePlus source, int[] labels, int max) {
    int width = source.getWidth();
    int height = source.getHeight();
    if (max > MAX_SHORT) {
      return new FloatProcessor(width, height, labels);
    }
    short[] pixels = new short[labels.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (short) labels[i];
    }
    return new ShortProcessor(width, height, pixels, null);
  }

  /**
   * A 32-bit image of a quantity, shown from 0 to its largest value.
   *
   * @param bySlice values of the source's size, by slice number; not copied
   */
  static ImagePlus quantity(
      ImagePlus source, String title, Map<Integer, float[]> bySlice, LUT table) {
    double max = 0;
    for (float[] values : bySlice.values()) {
      for (float value : values) {
        max = Math.max(max, value);
      }
    }
    ImagePlus image =
        assemble(
            source,
            title,
            bySlice,
            values -> new FloatProcessor(source.getWidth(), source.getHeight(), values));
    return withTable(image, table, max > 0 ? max : 1);
  }

  private static <T> ImagePlus assemble(
      ImagePlus source,
      String title,
      Map<Integer, T> bySlice,
      Function<T, ImageProcessor> processor) {
    ImageStack stack = new ImageStack(source.getWidth(), source.getHeight());
    bySlice.forEach(
        (slice, values) ->
            stack.addSlice(source.getStack().getSliceLabel(slice), processor.apply(values)));
    ImagePlus image = new ImagePlus(WindowManager.makeUniqueName(title), stack);
    if (bySlice.size() > 1) {
      image.setDimensions(source.getNChannels(), source.getNSlices(), source.getNFrames());
      image.setOpenAsHyperStack(source.isHyperStack());
    }
    image.copyScale(source);
    // The scale comes with a calibration of grey values, which these are not.
    image.getCalibration().disableDensityCalibration();
    return image;
  }

  private static ImagePlus withTable(ImagePlus image, LUT table, double max) {
    image.setLut(table);
    image.setDisplayRange(0, max);
    return image;
  }

  /** Opens an image; without a display it becomes the current image, as in batch mode. */
  static void show(ImagePlus image) {
    if (!GraphicsEnvironment.isHeadless()) {
      image.show();
      return;
    }
    // ImagePlus.show does the same, but only where a macro runs; else it would fail on its window.
    WindowManager.setTempCurrentImage(image);
    if (Interpreter.getInstance() != null) {
      Interpreter.addBatchModeImage(image);
    }
  }
}
