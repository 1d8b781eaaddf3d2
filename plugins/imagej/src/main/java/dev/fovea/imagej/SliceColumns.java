package dev.fovea.imagej;

import ij.ImagePlus;
import ij.measure.ResultsTable;

/** The columns of all tables that say which image and slice a row is about. */
final class SliceColumns {
  private SliceColumns() {}

  /** Begins a row. */
  static void addRow(ResultsTable table, ImagePlus image, int slice) {
    table.addRow();
    table.addValue("Image", image.getTitle());
    if (image.isHyperStack()) {
      int[] position = image.convertIndexToPosition(slice);
      table.addValue("Channel", position[0]);
      table.addValue("Slice", position[1]);
      table.addValue("Frame", position[2]);
    } else {
      table.addValue("Slice", slice);
    }
  }
}
