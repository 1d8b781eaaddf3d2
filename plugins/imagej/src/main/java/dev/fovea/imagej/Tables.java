package dev.fovea.imagej;

import ij.ImagePlus;
import ij.measure.ResultsTable;

/** What all tables of results have in common. */
final class Tables {
  private Tables() {}

  /** Begins a row with the columns that say which image and slice it is about. */
  static void addRow(ResultsTable table, ImagePlus image, int slice) {
    table.addRow();
    table.addValue("image", image.getTitle());
    if (image.isHyperStack()) {
      int[] position = image.convertIndexToPosition(slice);
      table.addValue("channel", position[0]);
      table.addValue("slice", position[1]);
      table.addValue("frame", position[2]);
    } else {
      table.addValue("slice", slice);
    }
  }

  /** Fixes the number of decimals, which would otherwise change with the values of a column. */
  static void setDecimals(ResultsTable table, int decimals, String... columns) {
    for (String column : columns) {
      if (table.columnExists(column)) {
        table.setDecimalPlaces(table.getColumnIndex(column), decimals);
      }
    }
  }
}
