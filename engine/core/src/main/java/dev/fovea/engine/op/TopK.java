package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Indexing;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * The k largest or smallest elements along an axis, best first, and their indices; of equal ones
 * that of the lower index comes first.
 *
 * @param k how many
 * @param axis the axis; negative counts from the innermost
 * @param largest the largest, else the smallest
 */
public record TopK(int k, int axis, boolean largest) implements Op {

  /** Specification. */
  public static final OpSpec<TopK> SPEC =
      OpSpec.of(
              "TopK",
              11,
              TopK.class,
              a ->
                  new TopK(
                      a.constantInt(1, "K"), a.intValue("axis", -1), a.intValue("largest", 1) != 0),
              op ->
                  Attributes.none()
                      .with("axis", op.axis)
                      .with("largest", op.largest ? 1 : 0)
                      .withConstant(1, List.of((long) op.k)),
              of(new TopK(3, -1, true), Shape.of(2, 7)),
              of(new TopK(2, 1, false), Shape.of(2, 4, 3)),
              of(new TopK(1, -1, true), Shape.of(5)),
              of(new TopK(4, 0, true), Shape.of(4, 2)))
          .withConstantInputs(1);

  /** Checks the number. */
  public TopK {
    if (k < 0) {
      throw new IllegalArgumentException("TopK: expected K >= 0, found " + k);
    }
  }

  @Override
  public OpSpec<TopK> spec() {
    return SPEC;
  }

  @Override
  public Set<ElementType> accepts(int input) {
    return ElementType.NUMBERS;
  }

  @Override
  public ElementType outputType(int output, List<ElementType> inputs) {
    return output == 0 ? inputs.get(0) : ElementType.INT64;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("TopK", in, 1, 1);
    Shape x = in.get(0);
    int a = Check.axis("TopK", axis, x);
    Check.that(
        k <= x.dim(a),
        "TopK",
        "expected at least " + k + " elements in axis " + a + ", found " + x);
    Shape y = x.with(a, k);
    return List.of(y, y);
  }

  @Override
  public void forward(Forward r) {
    Indexing g = indexing(r.input(0).shape());
    r.kernels()
        .topK(
            g.outer(),
            g.extent(),
            g.inner(),
            k,
            largest,
            false,
            r.input(0),
            r.output(0),
            r.output(1));
  }

  @Override
  public void backward(Backward r) {
    Tensor dx = r.gradient(0);
    r.kernels().scatter(indexing(dx.shape()), r.cotangent(0), r.output(1), true, dx);
  }

  private Indexing indexing(Shape x) {
    int a = axis < 0 ? axis + x.rank() : axis;
    return new Indexing(x.size(0, a), List.of(x.dim(a)), x.size(a + 1, x.rank()), k, true, true);
  }
}
