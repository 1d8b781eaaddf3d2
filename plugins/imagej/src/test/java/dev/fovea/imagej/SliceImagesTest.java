package dev.fovea.imagej;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.visualize.ColorMap;
import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ByteProcessor;
import ij.process.LUT;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SliceImagesTest {
  private static ImagePlus source(int slices) {
    ImageStack stack = new ImageStack(2, 1);
    for (int i = 1; i <= slices; i++) {
      stack.addSlice("slice " + i, new ByteProcessor(2, 1));
    }
    return new ImagePlus("cells.tif", stack);
  }

  @Test
  void labelsAre16BitsDeepWhileTheyFit() {
    ImagePlus labels = SliceImages.labels(source(1), "l", Map.of(1, new int[] {0, 65535}));
    assertEquals(16, labels.getBitDepth());
    assertEquals(65535, labels.getProcessor().get(1, 0));
  }

  @Test
  void moreLabelsTake32Bits() {
    ImagePlus labels = SliceImages.labels(source(1), "l", Map.of(1, new int[] {7, 65536}));
    assertEquals(32, labels.getBitDepth());
    assertEquals(7f, labels.getProcessor().getf(0, 0));
    assertEquals(65536f, labels.getProcessor().getf(1, 0));
  }

  @Test
  void labelsShowTheirOwnColours() {
    ImagePlus labels = SliceImages.labels(source(1), "l", Map.of(1, new int[] {0, 3}));
    LUT table = labels.getProcessor().getLut();
    assertEquals(0xff000000, table.getRGB(0), "background is black");
    assertEquals(0, labels.getDisplayRangeMin());
    assertEquals(255, labels.getDisplayRangeMax(), "entry n of the table is label n");
    labels = SliceImages.labels(source(1), "l", Map.of(1, new int[] {0, 900}));
    assertEquals(900, labels.getDisplayRangeMax());
  }

  @Test
  void keepsTheOrderOfAHyperstack() {
    ImagePlus source = source(12);
    source.setDimensions(2, 3, 2);
    source.setOpenAsHyperStack(true);
    Map<Integer, int[]> labels = new TreeMap<>();
    for (int slice = 1; slice <= 12; slice++) {
      labels.put(slice, new int[] {slice, 0});
    }
    ImagePlus result = SliceImages.labels(source, "l", labels);
    assertArrayEquals(source.getDimensions(), result.getDimensions());
    assertTrue(result.isHyperStack());
    int slice = source.getStackIndex(2, 3, 1);
    assertEquals(slice, result.getStack().getProcessor(slice).get(0, 0));
    assertEquals("slice " + slice, result.getStack().getSliceLabel(slice));
  }

  @Test
  void oneSliceOfAStackIsOneImage() {
    ImagePlus result = SliceImages.labels(source(5), "l", Map.of(4, new int[] {1, 2}));
    assertEquals(1, result.getStackSize());
  }

  @Test
  void copiesTheScaleButNotTheMeaningOfGreyValues() {
    ImagePlus source = source(1);
    source.getCalibration().pixelWidth = 0.5;
    source.getCalibration().setUnit("mm");
    source.getCalibration().setSigned16BitCalibration();
    ImagePlus result = SliceImages.labels(source, "l", Map.of(1, new int[] {1, 2}));
    assertEquals(0.5, result.getCalibration().pixelWidth);
    assertEquals("mm", result.getCalibration().getUnit());
    assertFalse(result.getCalibration().calibrated());
    assertTrue(source.getCalibration().calibrated());
  }

  @Test
  void aQuantityIsShownUpToItsMaximum() {
    ImagePlus result =
        SliceImages.quantity(
            source(1), "q", Map.of(1, new float[] {0, 0.25f}), Lookups.of(ColorMap.INFERNO));
    assertEquals(32, result.getBitDepth());
    assertEquals(0.25, result.getDisplayRangeMax());
    LUT table = result.getProcessor().getLut();
    assertEquals(ColorMap.INFERNO.rgb(0) | 0xff000000, table.getRGB(0));
    assertEquals(ColorMap.INFERNO.rgb(1) | 0xff000000, table.getRGB(255));
  }
}
