package dev.fovea.detection.train;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * True objects of pictures as a tensor {@code [N, M, 6]}, the target of detectors: up to M rows of
 * label, x1, y1, x2, y2 in pixels of the input, and 1 if the object is to be ignored, else 0. Rows
 * without an object have the label -1.
 */
public final class ObjectRows {
  /** Numbers of a row. */
  public static final int COLUMNS = 6;

  private static final float NONE = -1;

  private ObjectRows() {}

  /** The shape of the rows of one picture. */
  public static Shape shape(int most) {
    return Shape.of(most, COLUMNS);
  }

  /**
   * Writes the objects of a picture; those that do not fit are left out. Crowds and difficult
   * objects are to be ignored.
   *
   * @param objects in pixels of the input
   * @param rows {@code [M, 6]}, overwritten
   */
  public static void write(List<Annotation> objects, Tensor rows) {
    rows.fill(NONE);
    int most = rows.shape().dim(0);
    for (int i = 0; i < Math.min(most, objects.size()); i++) {
      Annotation object = objects.get(i);
      int at = rows.offset() + i * COLUMNS;
      float[] to = rows.array();
      to[at] = object.label();
      double[] edges = object.box().xyxy();
      for (int e = 0; e < edges.length; e++) {
        to[at + 1 + e] = (float) edges[e];
      }
      to[at + 1 + edges.length] = object.crowd() || object.difficult() ? 1 : 0;
    }
  }

  /**
   * Reads the objects of a picture.
   *
   * @param rows {@code [N, M, 6]}
   * @param picture its number, from 0
   * @return objects; those to be ignored are marked as difficult
   */
  public static List<Annotation> read(Tensor rows, int picture) {
    int most = rows.shape().dim(1);
    List<Annotation> objects = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      int at = (picture * most + i) * COLUMNS;
      if (rows.get(at) == NONE) {
        break;
      }
      Box box = new Box(rows.get(at + 1), rows.get(at + 2), rows.get(at + 3), rows.get(at + 4));
      objects.add(
          Annotation.of((int) rows.get(at), box).withDifficult(rows.get(at + COLUMNS - 1) != 0));
    }
    return objects;
  }
}
