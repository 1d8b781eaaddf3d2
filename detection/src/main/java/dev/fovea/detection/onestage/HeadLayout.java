package dev.fovea.detection.onestage;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Where the numbers of an anchor stand in the maps of a head: for each level a tensor {@code [N,
 * shapes * numbers, rows, columns]}, the numbers of a shape side by side. Anchors are counted by
 * level, row, column and shape, as {@link dev.fovea.detection.box.GridAnchors} counts them.
 * Immutable and thread-safe.
 */
public final class HeadLayout {
  private final int[] level;
  private final int[] shape;
  private final int[] cell;
  private final int[] rows;
  private final int[] columns;
  private final int[] shapes;

  /** The first anchor of each level. */
  private final int[] first;

  /**
   * The layout of some maps.
   *
   * @param maps of all levels
   * @param numbers numbers of each anchor in them
   */
  public HeadLayout(List<Shape> maps, int numbers) {
    rows = maps.stream().mapToInt(m -> m.dim(2)).toArray();
    columns = maps.stream().mapToInt(m -> m.dim(3)).toArray();
    shapes = maps.stream().mapToInt(m -> m.dim(1) / numbers).toArray();
    int anchors = 0;
    first = new int[rows.length];
    for (int l = 0; l < rows.length; l++) {
      first[l] = anchors;
      anchors += rows[l] * columns[l] * shapes[l];
    }
    level = new int[anchors];
    shape = new int[anchors];
    cell = new int[anchors];
    int a = 0;
    for (int l = 0; l < rows.length; l++) {
      for (int c = 0; c < rows[l] * columns[l]; c++) {
        for (int s = 0; s < shapes[l]; s++) {
          level[a] = l;
          shape[a] = s;
          cell[a++] = c;
        }
      }
    }
  }

  /** Number of anchors. */
  int size() {
    return level.length;
  }

  /** Level of an anchor, from 0. */
  int level(int anchor) {
    return level[anchor];
  }

  /** Row of an anchor in its map. */
  int row(int anchor) {
    return cell[anchor] / columns[level[anchor]];
  }

  /** Column of an anchor in its map. */
  int column(int anchor) {
    return cell[anchor] % columns[level[anchor]];
  }

  /** Which of the shapes of its cell an anchor is. */
  int shape(int anchor) {
    return shape[anchor];
  }

  /** The anchor of a place. */
  int anchor(int ofLevel, int row, int column, int ofShape) {
    return first[ofLevel] + (row * columns[ofLevel] + column) * shapes[ofLevel] + ofShape;
  }

  /** Columns of the map of a level. */
  int columns(int ofLevel) {
    return columns[ofLevel];
  }

  /** Rows of the map of a level. */
  int rows(int ofLevel) {
    return rows[ofLevel];
  }

  /** A number of an anchor. */
  public float get(List<Tensor> maps, int picture, int anchor, int number, int numbers) {
    return maps.get(level[anchor]).get(index(picture, anchor, number, numbers));
  }

  /** Adds to a number of an anchor. */
  public void add(
      List<Tensor> maps, int picture, int anchor, int number, int numbers, double value) {
    Tensor map = maps.get(level[anchor]);
    map.array()[map.offset() + index(picture, anchor, number, numbers)] += (float) value;
  }

  private int index(int picture, int anchor, int number, int numbers) {
    int l = level[anchor];
    int channel = (picture * shapes[l] + shape[anchor]) * numbers + number;
    return channel * rows[l] * columns[l] + cell[anchor];
  }
}
