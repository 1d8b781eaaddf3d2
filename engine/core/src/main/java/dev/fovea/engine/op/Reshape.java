package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * The same elements in row-major order under another shape.
 *
 * @param shape the new extents; 0 takes over the input's extent at that position, one -1 stands for
 *     what is left
 */
public record Reshape(List<Integer> shape) implements Reshaping {

  /** Specification. */
  public static final OpSpec<Reshape> SPEC =
      OpSpec.of(
              "Reshape",
              5,
              Reshape.class,
              Reshape::read,
              op ->
                  Attributes.none()
                      .withConstant(1, op.shape.stream().map(Integer::longValue).toList()),
              of(new Reshape(List.of(0, -1)), Shape.of(2, 3, 4, 5)),
              of(new Reshape(List.of(4, 6)), Shape.of(2, 3, 4)),
              of(new Reshape(List.of(-1)), Shape.of(2, 3)),
              of(new Reshape(List.of(0, 3, 2, -1)), Shape.of(2, 6, 5)))
          .withConstantInputs(1);

  /** Copies the list and checks it. */
  public Reshape {
    shape = List.copyOf(shape);
    if (shape.stream().anyMatch(d -> d < -1) || shape.stream().filter(d -> d == -1).count() > 1) {
      throw new IllegalArgumentException(
          "Reshape: expected extents >= 0 and at most one -1, found " + shape);
    }
  }

  private static Reshape read(Attributes a) {
    if (a.intValue("allowzero", 0) != 0) {
      throw new IllegalArgumentException("attribute 'allowzero': expected 0");
    }
    List<? extends Number> s = a.constant(1);
    if (s == null) {
      throw new IllegalArgumentException("Reshape: expected a constant shape (input 1)");
    }
    return new Reshape(s.stream().map(n -> Math.toIntExact(n.longValue())).toList());
  }

  @Override
  public OpSpec<Reshape> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Reshape", in, 1, 1);
    Shape x = in.get(0);
    int[] d = new int[shape.size()];
    int known = 1;
    int free = -1;
    for (int i = 0; i < d.length; i++) {
      d[i] = shape.get(i);
      if (d[i] == -1) {
        free = i;
        continue;
      }
      if (d[i] == 0) {
        Check.that(
            i < x.rank(), "Reshape", "expected an input with a dimension " + i + ", found " + x);
        d[i] = x.dim(i);
      }
      known = Math.multiplyExact(known, d[i]);
    }
    if (free >= 0) {
      Check.that(known > 0 && x.size() % known == 0, "Reshape", misfit(x));
      d[free] = x.size() / known;
    }
    Shape y = Shape.of(d);
    Check.that(y.size() == x.size(), "Reshape", misfit(x));
    return List.of(y);
  }

  private String misfit(Shape x) {
    return "expected as many elements as fit " + shape + ", found " + x;
  }
}
