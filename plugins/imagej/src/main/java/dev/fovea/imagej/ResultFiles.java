package dev.fovea.imagej;

import dev.fovea.engine.io.AtomicFiles;
import dev.fovea.tasks.batch.Csv;
import ij.ImagePlus;
import ij.io.FileInfo;
import ij.io.FileSaver;
import ij.io.TiffEncoder;
import ij.measure.ResultsTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Saves results where the options of a macro say: one image at {@code save}, everything in the
 * folder {@code output}. A file is written as a whole or not at all.
 */
final class ResultFiles {
  static final String SAVE = "save";
  static final String OUTPUT = "output";

  private final String save;
  private final String output;
  private final String name;

  /**
   * Reads the options.
   *
   * @param title of the image that was worked on; names the files in the folder
   * @throws IOException if there is no such folder
   */
  ResultFiles(Map<String, String> options, String title) throws IOException {
    save = options.getOrDefault(SAVE, "");
    output = options.getOrDefault(OUTPUT, "");
    name = title.replaceAll("[\\\\/:*?\"<>|\\p{Cntrl}]", "_");
    if (!output.isEmpty() && !Files.isDirectory(Path.of(output))) {
      throw new IOException(OUTPUT + ": found '" + output + "', expected an existing folder");
    }
  }

  /** Saves an image as TIFF, if the options ask for it; in the folder as {@code name.kind.tif}. */
  void write(ImagePlus image, String kind) throws IOException {
    if (!save.isEmpty()) {
      writeTiff(image, Path.of(save));
    }
    if (!output.isEmpty()) {
      writeTiff(image, Path.of(output, name + "." + kind + ".tif"));
    }
  }

  private static void writeTiff(ImagePlus image, Path file) throws IOException {
    // FileSaver writes to the final name and takes it as the image's new title.
    FileInfo info = image.getFileInfo();
    info.description = new FileSaver(image).getDescriptionString();
    info.info = image.getInfoProperty();
    info.sliceLabels = image.getStack().getSliceLabels();
    AtomicFiles.write(file, out -> new TiffEncoder(info).write(out));
  }

  /** Saves a table as {@code name.kind.csv}, if the options ask for a folder. */
  void write(ResultsTable table, String kind) throws IOException {
    if (!output.isEmpty()) {
      byte[] text = csv(table).getBytes(StandardCharsets.UTF_8);
      AtomicFiles.write(Path.of(output, name + "." + kind + ".csv"), out -> out.write(text));
    }
  }

  private static String csv(ResultsTable table) {
    int columns = table.getLastColumn() + 1;
    StringBuilder text = new StringBuilder(line(columns, table::getColumnHeading));
    for (int row = 0; row < table.size(); row++) {
      int r = row;
      text.append(line(columns, column -> table.getStringValue(column, r)));
    }
    return text.toString();
  }

  private static String line(int columns, IntFunction<String> cell) {
    return Csv.line(IntStream.range(0, columns).mapToObj(cell).toList());
  }
}
