package dev.fovea.visualize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ColorMapTest {
  /** Ten equidistant colours of the published tables, as R's viridisLite prints them. */
  private static final int[] VIRIDIS = {
    0x440154, 0x482878, 0x3e4989, 0x31688e, 0x26828e, 0x1f9e89, 0x35b779, 0x6ece58, 0xb5de2b,
    0xfde725
  };

  private static final int[] INFERNO = {
    0x000004, 0x1b0c41, 0x4a0c6b, 0x781c6d, 0xa52c60, 0xcf4446, 0xed6925, 0xfb9b06, 0xf7d13d,
    0xfcffa4
  };

  @ParameterizedTest
  @EnumSource
  void isNearThePublishedTable(ColorMap map) {
    int[] table = map == ColorMap.VIRIDIS ? VIRIDIS : INFERNO;
    int worst = 0;
    for (int i = 0; i < table.length; i++) {
      int rgb = map.rgb(i / 9.0);
      for (int shift = 0; shift <= 16; shift += 8) {
        worst = Math.max(worst, Math.abs((rgb >> shift & 0xff) - (table[i] >> shift & 0xff)));
      }
    }
    assertTrue(worst <= 9, map + " is off by " + worst + " of 255");
  }

  @ParameterizedTest
  @EnumSource
  void getsBrighterAllTheWay(ColorMap map) {
    double before = -1;
    for (int i = 0; i <= 64; i++) {
      int rgb = map.rgb(i / 64.0);
      double luminance =
          0.2126 * linear(rgb >> 16 & 0xff)
              + 0.7152 * linear(rgb >> 8 & 0xff)
              + 0.0722 * linear(rgb & 0xff);
      assertTrue(luminance > before, map + " at " + i + " of 64");
      before = luminance;
    }
  }

  private static double linear(int level) {
    return Math.pow(level / 255.0, 2.2);
  }

  @Test
  void clampsAndTakesNanAsZero() {
    assertEquals(ColorMap.VIRIDIS.rgb(0), ColorMap.VIRIDIS.rgb(-5));
    assertEquals(ColorMap.VIRIDIS.rgb(1), ColorMap.VIRIDIS.rgb(1e9));
    assertEquals(ColorMap.VIRIDIS.rgb(0), ColorMap.VIRIDIS.rgb(Double.NaN));
  }
}
