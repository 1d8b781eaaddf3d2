package dev.fovea.imagej;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import ij.ImagePlus;
import ij.ImageStack;
import ij.io.Opener;
import ij.measure.ResultsTable;
import ij.process.ByteProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFilesTest {
  @TempDir Path folder;

  private ResultFiles into(Path output, String title) throws IOException {
    return new ResultFiles(Map.of(ResultFiles.OUTPUT, output.toString()), title);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static ImagePlus labels() {
    ImageStack stack = new ImageStack(3, 1);
    stack.addSlice("first", new ByteProcessor(3, 1));
    stack.addSlice("second", new ByteProcessor(3, 1));
    Map<Integer, int[]> labels = new TreeMap<>();
    labels.put(1, new int[] {0, 1, 300});
    labels.put(2, new int[] {2, 65535, 0});
    return SliceImages.labels(new ImagePlus("s", stack), "cells-labels", labels);
  }

  @Test
  void savesATiffThatBothReadersRead() throws IOException {
    ImagePlus labels = labels();
    labels.getCalibration().setUnit("mm");
    labels.getCalibration().pixelWidth = 0.5;
    labels.getCalibration().pixelHeight = 0.5;
    into(folder, "cells").write(labels, "labels");
    assertEquals(List.of("cells.labels.tif"), names());
    Path file = folder.resolve("cells.labels.tif");
    List<Image> pages = ImageReader.readPages(file);
    assertEquals(2, pages.size());
    assertArrayEquals(new float[] {0, 1, 300}, pages.get(0).plane(0));
    assertArrayEquals(new float[] {2, 65535, 0}, pages.get(1).plane(0));
    ImagePlus opened = new Opener().openImage(file.toString());
    assertEquals("second", opened.getStack().getSliceLabel(2));
    assertEquals("mm", opened.getCalibration().getUnit());
    assertEquals(0.5, opened.getCalibration().pixelWidth, 1e-9);
    assertEquals("cells-labels", labels.getTitle(), "the title is not the file's");
  }

  @Test
  void savesAnImageAsTheFileThatIsNamed() throws IOException {
    Path file = folder.resolve("mine.tif");
    new ResultFiles(Map.of(ResultFiles.SAVE, file.toString()), "cells").write(labels(), "labels");
    assertEquals(List.of("mine.tif"), names());
  }

  @Test
  void savesNothingUnasked() throws IOException {
    ResultFiles none = new ResultFiles(Map.of(), "cells");
    none.write(labels(), "labels");
    none.write(new ResultsTable(), "objects");
    assertEquals(List.of(), names());
  }

  @Test
  void quotesCellsWhereNeeded() throws IOException {
    ResultsTable table = new ResultsTable();
    table.addRow();
    table.addValue("Image", "a, \"b\".tif");
    table.addValue("Area_px", 12);
    table.addValue("Score", 0.5);
    table.addRow();
    table.addValue("Image", "c");
    table.addValue("Area_px", 7);
    table.addValue("Score", 0.25);
    into(folder, "a:b/c").write(table, "objects");
    assertEquals(List.of("a_b_c.objects.csv"), names());
    assertEquals(
        "Image,Area_px,Score\n\"a, \"\"b\"\".tif\",12,0.500\nc,7,0.250\n",
        Files.readString(folder.resolve("a_b_c.objects.csv")));
  }

  @Test
  void refusesAFolderThatIsNotThere() {
    Path missing = folder.resolve("missing");
    IOException refused = assertThrows(IOException.class, () -> into(missing, "cells"));
    assertEquals(
        "output: found '" + missing + "', expected an existing folder", refused.getMessage());
    assertFalse(Files.exists(missing));
  }
}
