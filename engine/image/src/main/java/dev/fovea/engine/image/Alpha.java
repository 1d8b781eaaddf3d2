package dev.fovea.engine.image;

import java.util.Arrays;

/** Resolves transparency at the door: an {@link Image} has no alpha channel. */
final class Alpha {
  private Alpha() {}

  /**
   * Lays a picture over white: {@code a v + (1 - a) max}, with {@code a = alpha / max}.
   *
   * @param planes colour planes, and alpha as the last one; not modified
   * @param associated whether colours are already multiplied by alpha
   * @return the colour planes; the very same ones where the picture is opaque throughout
   */
  static Plane[] overWhite(Plane[] planes, boolean associated) {
    Plane alpha = planes[planes.length - 1];
    Plane[] colours = Arrays.copyOf(planes, planes.length - 1);
    float max = alpha.type().maxValue();
    boolean opaque = true;
    for (int i = 0; i < alpha.length() && opaque; i++) {
      opaque = alpha.get(i) >= max;
    }
    if (!opaque) {
      for (int c = 0; c < colours.length; c++) {
        colours[c] = overWhite(colours[c], alpha, associated, max);
      }
    }
    return colours;
  }

  private static Plane overWhite(Plane colour, Plane alpha, boolean associated, float max) {
    float[] values = new float[colour.length()];
    for (int i = 0; i < values.length; i++) {
      double a = alpha.get(i);
      double part = associated ? colour.get(i) : colour.get(i) * a / max;
      values[i] = (float) (part + max - a);
    }
    return Plane.store(colour.type(), values, 0, values.length);
  }
}
