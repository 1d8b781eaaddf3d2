package dev.fovea.detection.twostage;

import dev.fovea.detection.box.Box;
import dev.fovea.detection.train.ObjectRows;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * True objects and proposals as a tensor {@code [N, 6 M + 4 P]}, the target of Fast R-CNN: the M
 * rows of {@link ObjectRows}, then x1, y1, x2, y2 of up to P proposals in pixels of the input;
 * places without one hold an empty box.
 */
final class ProposalRows {
  private static final int EDGES = 4;

  private ProposalRows() {}

  /** The shape for one picture. */
  static Shape shape(int objects, int proposals) {
    return Shape.of(ObjectRows.COLUMNS * objects + EDGES * proposals);
  }

  /** The rows of a target {@code [6 M + 4 P]}, as {@code [1, M, 6]}; a view. */
  static Tensor objects(Tensor target, int proposals) {
    int rows = (target.size() - EDGES * proposals) / ObjectRows.COLUMNS;
    return Tensor.over(target.storage(), target.offset(), Shape.of(1, rows, ObjectRows.COLUMNS));
  }

  /** Writes proposals, as many as there is room for, the best first. */
  static void write(List<Box> boxes, Tensor target, int proposals) {
    int at = target.offset() + target.size() - EDGES * proposals;
    for (int p = 0; p < proposals; p++) {
      double[] edges = p < boxes.size() ? boxes.get(p).xyxy() : new double[EDGES];
      for (int e = 0; e < EDGES; e++) {
        target.array()[at + p * EDGES + e] = (float) edges[e];
      }
    }
  }

  /** Reads the proposals of a target {@code [6 M + 4 P]}. */
  static List<Box> read(Tensor target, int proposals) {
    int at = target.size() - EDGES * proposals;
    List<Box> boxes = new ArrayList<>();
    for (int p = 0; p < proposals; p++, at += EDGES) {
      Box box = new Box(target.get(at), target.get(at + 1), target.get(at + 2), target.get(at + 3));
      if (!box.isEmpty()) {
        boxes.add(box);
      }
    }
    return boxes;
  }
}
