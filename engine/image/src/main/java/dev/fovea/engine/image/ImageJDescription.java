package dev.fovea.engine.image;

import java.io.IOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code key=value} lines that ImageJ keeps in the description of a TIFF: number of slices and
 * unit of length. The size of a pixel is in the resolution fields.
 */
final class ImageJDescription {
  private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-fA-F]{4})");

  /** Resolution that programs write when they know none; not a physical size. */
  private static final double SCREEN_DPI = 72;

  private ImageJDescription() {}

  private static boolean isImageJ(String description) {
    return description.startsWith("ImageJ=");
  }

  private static String value(String description, String key) {
    for (String line : description.split("\n", -1)) {
      if (line.startsWith(key + "=")) {
        return line.substring(key.length() + 1).strip();
      }
    }
    return "";
  }

  /** Number of slices that the description states, at least 1. */
  static long pages(String description) {
    String images = isImageJ(description) ? value(description, "images") : "";
    return images.matches("[0-9]{1,9}") ? Math.max(1, Long.parseLong(images)) : 1;
  }

  /** The calibration of a page; none where the file states no physical size. */
  static Calibration calibration(String description, TiffFile.Directory page) throws IOException {
    double x = page.number(TiffTags.X_RESOLUTION);
    double y = page.number(TiffTags.Y_RESOLUTION);
    String unit = unit(description, page.integer(TiffTags.RESOLUTION_UNIT, 2));
    boolean known = x > 0 && y > 0 && 1 / x > 0 && 1 / y > 0 && !unit.isEmpty();
    boolean screen = unit.equals("inch") && x == SCREEN_DPI && y == SCREEN_DPI;
    return known && !screen ? new Calibration(1 / x, 1 / y, unit) : Calibration.NONE;
  }

  private static String unit(String description, long resolutionUnit) {
    String unit = isImageJ(description) ? value(description, "unit") : "";
    if (!unit.isEmpty()) {
      return ESCAPE
          .matcher(unit)
          .replaceAll(
              m ->
                  Matcher.quoteReplacement(
                      Character.toString((char) Integer.parseInt(m.group(1), 16))));
    }
    if (isImageJ(description)) {
      return "";
    }
    return resolutionUnit == 2 ? "inch" : resolutionUnit == 3 ? "cm" : "";
  }

  /** The description of a stack with all that ImageJ needs to open it with its calibration. */
  static String write(int pages, Calibration calibration, double displayMax) {
    StringBuilder text = new StringBuilder("ImageJ=1.54p\n");
    if (pages > 1) {
      text.append("images=").append(pages).append('\n');
      text.append("slices=").append(pages).append('\n');
    }
    if (calibration.isCalibrated()) {
      text.append("unit=").append(escape(calibration.unit())).append('\n');
    }
    text.append("min=0.0\n");
    text.append(String.format(Locale.ROOT, "max=%.1f\n", displayMax));
    return text.toString();
  }

  /** ASCII is all that the field may hold. */
  private static String escape(String unit) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < unit.length(); i++) {
      char c = unit.charAt(i);
      if (c >= 0x20 && c < 0x7f) {
        text.append(c);
      } else {
        text.append(String.format(Locale.ROOT, "\\u%04X", (int) c));
      }
    }
    return text.toString();
  }
}
