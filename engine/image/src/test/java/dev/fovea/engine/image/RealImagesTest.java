package dev.fovea.engine.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.image.data.Datasets;
import dev.fovea.engine.image.data.SegmentationDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real files, if the variable FOVEA_DATA names a folder that has them. */
class RealImagesTest {

  private static Path data(String folder) {
    String root = System.getenv("FOVEA_DATA");
    Assumptions.assumeTrue(root != null, "FOVEA_DATA is not set");
    Path path = Path.of(root, folder);
    Assumptions.assumeTrue(Files.isDirectory(path), path + " is not there");
    return path;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "blobs.gif            | 1 | 256 x 254, 1 channel, UINT8",
        "Cell_Colony.jpg      | 1 | 406 x 408, 1 channel, UINT8",
        "head.tif             | 1 | 256 x 228, 1 channel, FLOAT32",
        "head8bit.tif         | 1 | 256 x 228, 1 channel, UINT8",
        "Tree_Rings.pgm       | 1 | 1796 x 162, 1 channel, UINT8",
        "gray8-3x2-sub1.tif   | 1 | 3 x 2, 1 channel, UINT8",
        "gray8-3x2-stack.tif  | 2 | 3 x 2, 1 channel, UINT8",
        "gray16-3x2-sub2.tif  | 1 | 3 x 2, 1 channel, UINT16",
        "gray24-3x2-sub1.tif  | 1 | 3 x 2, 3 channels, UINT8",
        "gray32float-3x2-sub1.tif | 1 | 3 x 2, 1 channel, FLOAT32",
        "gray16signedA.tif    | 1 | 5 x 1, 1 channel, FLOAT32",
      })
  void imageJsTestImages(String name, int pages, String expected) throws IOException {
    Path file = data("microscopy").resolve(name);
    assertEquals(pages, ImageReader.readPages(file).size());
    assertEquals(expected, ImageReader.read(file).toString());
  }

  @Test
  void valuesAsImageJShowsThem() throws IOException {
    Path folder = data("microscopy");
    // ImageJ holds 40 32 24 24 here and shows them through an inverting look-up table.
    float[] blobs = ImageReader.read(folder.resolve("blobs.gif")).plane(0);
    assertArrayEquals(new float[] {215, 223, 231, 231}, Arrays.copyOf(blobs, 4));
    float[] head = ImageReader.read(folder.resolve("head.tif")).plane(0);
    assertArrayEquals(new float[] {1030, 1028, 1027, 1027}, Arrays.copyOf(head, 4));
    assertArrayEquals(
        new float[] {1, 2, 3, 4, 5},
        ImageReader.read(folder.resolve("gray16signedB.tif")).plane(0));
    Calibration calibration = ImageReader.read(folder.resolve("gray8-3x2-stack.tif")).calibration();
    assertEquals("micron", calibration.unit());
    assertEquals(352.8581510232886, calibration.pixelWidth(), 1e-9);
  }

  @ParameterizedTest
  @CsvSource({"01.dcm, DICOM", "bat-cochlea-renderings.fits, FITS"})
  void unsupportedFormatsAreNamed(String name, String format) {
    Path file = data("microscopy").resolve(name);
    assertEquals(
        file
            + ": found a "
            + format
            + " file, an unsupported format, expected an image file (PNG, JPEG, TIFF, GIF, BMP,"
            + " PNM)",
        assertThrows(ImageFormatException.class, () -> ImageReader.read(file)).getMessage());
  }

  @Test
  void nucleiCount() throws IOException {
    Path folder = data("nuclei");
    assertEquals(18_263, countNuclei(Datasets.openSegmentation(folder, "train"), 401));
    assertEquals(1_146, countNuclei(Datasets.openSegmentation(folder, "val"), 42));
    assertEquals(443, Datasets.open(folder, null).size());
  }

  private static int countNuclei(SegmentationDataset data, int size) throws IOException {
    assertEquals(size, data.size());
    int nuclei = 0;
    for (int i = 0; i < size; i++) {
      nuclei += Arrays.stream(data.sample(i).labels()).max().orElseThrow();
    }
    return nuclei;
  }

  @Test
  void mnistCount() throws IOException {
    Path folder = data("digits");
    assertArrayEquals(
        new int[] {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949},
        countClasses(Datasets.openClassification(folder, "train")));
    assertArrayEquals(
        new int[] {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009},
        countClasses(Datasets.openClassification(folder, "test")));
  }

  @Test
  void cifarCount() throws IOException {
    Path folder = data("cifar10");
    int[] expected = new int[10];
    Arrays.fill(expected, 2000);
    assertArrayEquals(expected, countClasses(Datasets.openClassification(folder, "train")));
    Arrays.fill(expected, 400);
    assertArrayEquals(expected, countClasses(Datasets.openClassification(folder, "test")));
  }

  private static int[] countClasses(ClassificationDataset data) {
    int[] counts = new int[data.classes().size()];
    for (int i = 0; i < data.size(); i++) {
      counts[data.label(i)]++;
    }
    return counts;
  }
}
