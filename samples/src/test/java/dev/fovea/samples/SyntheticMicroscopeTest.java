package dev.fovea.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.SampleType;
import dev.fovea.samples.SyntheticMicroscope.Scene;
import dev.fovea.segmentation.ConnectedComponents;
import dev.fovea.segmentation.Connectivity;
import dev.fovea.segmentation.LabelMap;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SyntheticMicroscopeTest {
  @Test
  void sameSeedSamePicture() {
    Micrograph one = SyntheticMicroscope.fluorescence(Scene.DEFAULT, SampleType.UINT8, 3);
    Micrograph two = SyntheticMicroscope.fluorescence(Scene.DEFAULT, SampleType.UINT8, 3);
    Micrograph other = SyntheticMicroscope.fluorescence(Scene.DEFAULT, SampleType.UINT8, 4);
    assertArrayEquals(one.labels(), two.labels());
    assertArrayEquals(one.image().plane(0), two.image().plane(0));
    assertFalse(Arrays.equals(one.labels(), other.labels()));
  }

  @Test
  void labelsAreOneToNAndSomeNucleiTouch() {
    for (long seed = 0; seed < 5; seed++) {
      LabelMap map = map(SyntheticMicroscope.fluorescence(Scene.DEFAULT, SampleType.UINT8, seed));
      assertArrayEquals(map.labels(), map.relabelSequential().labels());
      assertTrue(map.count() >= 30, "only " + map.count() + " nuclei");
      assertEquals(
          map.count(),
          ConnectedComponents.of(map, Connectivity.EIGHT).count(),
          "every nucleus is one part");
      boolean[] foreground = new boolean[map.labels().length];
      for (int i = 0; i < foreground.length; i++) {
        foreground[i] = map.labels()[i] != 0;
      }
      int clumps =
          ConnectedComponents.of(foreground, map.width(), map.height(), Connectivity.FOUR).count();
      assertTrue(clumps < map.count() - 5, clumps + " clumps of " + map.count() + " nuclei");
    }
  }

  @Test
  void fluorescentNucleiAreBright() {
    for (SampleType type : new SampleType[] {SampleType.UINT8, SampleType.UINT16}) {
      Micrograph micrograph = SyntheticMicroscope.fluorescence(Scene.DEFAULT, type, 1);
      assertEquals(type, micrograph.image().type());
      assertEquals(1, micrograph.image().channels());
      assertTrue(mean(micrograph, 0, true) > 2 * mean(micrograph, 0, false));
    }
    Image deep = SyntheticMicroscope.fluorescence(Scene.DEFAULT, SampleType.UINT16, 1).image();
    float max = 0;
    for (float v : deep.plane(0)) {
      max = Math.max(max, v);
    }
    assertTrue(max > 1000 && max < 8192, "brightest sample is " + max);
  }

  @Test
  void stainedNucleiAreDarkAndBlue() {
    Micrograph tissue = SyntheticMicroscope.stainedTissue(Scene.DEFAULT, 2);
    assertEquals(3, tissue.image().channels());
    assertTrue(mean(tissue, 0, true) < 0.75 * mean(tissue, 0, false), "red is absorbed");
    assertTrue(mean(tissue, 2, true) > mean(tissue, 0, true), "more blue than red");
    assertTrue(mean(tissue, 0, false) > mean(tissue, 1, false), "tissue is pink");
  }

  @Test
  void noiseIsAddedToTheSamePicture() {
    Scene quiet = new Scene(64, 48, 5, 8, 0, 1, 0);
    Scene loud = new Scene(64, 48, 5, 8, 0, 1, 3);
    Micrograph clean = SyntheticMicroscope.fluorescence(quiet, SampleType.UINT8, 5);
    Micrograph noisy = SyntheticMicroscope.fluorescence(loud, SampleType.UINT8, 5);
    assertArrayEquals(clean.labels(), noisy.labels());
    assertTrue(roughness(noisy.image()) > 2 * roughness(clean.image()));
  }

  @Test
  void oddSizesAndEmptyScenes() {
    Scene strip = new Scene(8, 301, 12, 4, 0.5, 0.7, 1);
    assertEquals(8 * 301, SyntheticMicroscope.stainedTissue(strip, 1).labels().length);
    Micrograph empty =
        SyntheticMicroscope.fluorescence(new Scene(33, 9, 0, 5, 0, 1, 1), SampleType.UINT8, 1);
    assertEquals(0, map(empty).count());
  }

  @Test
  void refusesBadScenes() {
    assertThrows(IllegalArgumentException.class, () -> new Scene(7, 64, 5, 8, 0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Scene(64, 64, -1, 8, 0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Scene(64, 64, 5, 8, 1.5, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Scene(64, 64, 5, Double.NaN, 0, 1, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> SyntheticMicroscope.fluorescence(Scene.DEFAULT, SampleType.FLOAT32, 1));
  }

  private static LabelMap map(Micrograph micrograph) {
    return LabelMap.of(
        micrograph.image().width(), micrograph.image().height(), micrograph.labels());
  }

  private static double mean(Micrograph micrograph, int channel, boolean nuclei) {
    float[] plane = micrograph.image().plane(channel);
    double sum = 0;
    int count = 0;
    for (int i = 0; i < plane.length; i++) {
      if (micrograph.labels()[i] != 0 == nuclei) {
        sum += plane[i];
        count++;
      }
    }
    return sum / count;
  }

  /** Mean absolute difference of horizontal neighbours. */
  private static double roughness(Image image) {
    float[] plane = image.plane(0);
    double sum = 0;
    for (int i = 1; i < plane.length; i++) {
      sum += Math.abs(plane[i] - plane[i - 1]);
    }
    return sum / plane.length;
  }
}
