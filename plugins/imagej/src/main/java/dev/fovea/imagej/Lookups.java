package dev.fovea.imagej;

import dev.fovea.visualize.ColorMap;
import dev.fovea.visualize.LabelColors;
import ij.process.LUT;

/** Fovea's colours as look-up tables of ImageJ. */
final class Lookups {
  private static final int ENTRIES = 256;

  private Lookups() {}

  /** For label images: 0 is black, neighbours in number look unlike. */
  static LUT labels() {
    byte[][] table = LabelColors.lookupTable();
    return new LUT(table[0], table[1], table[2]);
  }

  /** For pictures of one quantity. */
  static LUT of(ColorMap map) {
    byte[] red = new byte[ENTRIES];
    byte[] green = new byte[ENTRIES];
    byte[] blue = new byte[ENTRIES];
    for (int i = 0; i < ENTRIES; i++) {
      int rgb = map.rgb(i / (ENTRIES - 1.0));
      red[i] = (byte) (rgb >> 16);
      green[i] = (byte) (rgb >> 8);
      blue[i] = (byte) rgb;
    }
    return new LUT(red, green, blue);
  }
}
