package dev.fovea.engine.onnx;

import dev.fovea.engine.onnx.Folding.Known;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Shapes that depend on free dimensions, in a form in which an operator works them out itself. */
final class FreeExtents {

  private FreeExtents() {}

  /**
   * The shape of a Reshape or Expand for all extents, if there is one.
   *
   * @param shape what the file computes for it
   * @param in the operator's first input
   * @return null if there is none, or for other operators
   */
  static List<Long> general(String op, Known shape, Operands in) {
    boolean known = shape.probe() != null && in.probe().get(0).isPresent();
    if (!known || !shape.probe().shape().equals(shape.example().shape())) {
      return null;
    }
    return switch (op) {
      case "Reshape" -> reshape(shape, in.shape(0), in.probe().get(0).get());
      case "Expand" -> expand(shape, in.shape(0), in.probe().get(0).get());
      default -> null;
    };
  }

  /** 0 stands for the input's extent at the same position, one -1 for what is left. */
  private static List<Long> reshape(Known shape, Shape x, Shape probe) {
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < shape.example().size(); i++) {
      long extent = shape.example().integer(i);
      long other = shape.probe().integer(i);
      if (extent == other) {
        all.add(extent);
      } else if (i < x.rank() && x.dim(i) == extent && probe.dim(i) == other) {
        all.add(0L);
      } else if (all.contains(-1L)) {
        return null;
      } else {
        all.add(-1L);
      }
    }
    return all.stream().filter(d -> d == -1).count() > 1 ? null : all;
  }

  /** 1 keeps the input's extent. */
  private static List<Long> expand(Known shape, Shape x, Shape probe) {
    List<Long> all = new ArrayList<>();
    int n = shape.example().size();
    for (int i = 0; i < n; i++) {
      long extent = shape.example().integer(i);
      long other = shape.probe().integer(i);
      int d = i - n + x.rank();
      if (extent != other && !(d >= 0 && x.dim(d) == extent && probe.dim(d) == other)) {
        return null;
      }
      all.add(extent == other ? extent : 1L);
    }
    return all;
  }
}
