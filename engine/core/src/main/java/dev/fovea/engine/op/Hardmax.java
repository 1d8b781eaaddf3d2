package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Indexing;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * 1 for the largest element along an axis, of equal ones the first, and 0 for all others; the
 * derivative is taken as 0.
 *
 * @param axis the axis; negative counts from the innermost
 */
public record Hardmax(int axis) implements Op {

  /** Specification. */
  public static final OpSpec<Hardmax> SPEC =
      OpSpec.of(
          "Hardmax",
          13,
          Hardmax.class,
          a -> new Hardmax(a.intValue("axis", -1)),
          op -> Attributes.none().with("axis", op.axis),
          of(new Hardmax(-1), Shape.of(4, 10)),
          of(new Hardmax(1), Shape.of(2, 3, 5)),
          of(new Hardmax(0), Shape.of(1, 3)));

  @Override
  public OpSpec<Hardmax> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Hardmax", in, 1, 1);
    Check.axis("Hardmax", axis, in.get(0));
    Check.that(
        in.get(0).dim(axis) > 0,
        "Hardmax",
        "expected an element in axis " + axis + ", found " + in.get(0));
    Check.indexable("Hardmax", in.get(0));
    return in;
  }

  /** The place of the largest element, and ones. */
  @Override
  public List<Shape> scratch(List<Shape> in) {
    Shape one = in.get(0).with(axis, 1);
    return List.of(one, one);
  }

  @Override
  public void forward(Forward r) {
    Kernels k = r.kernels();
    Shape x = r.input(0).shape();
    int a = axis < 0 ? axis + x.rank() : axis;
    int outer = x.size(0, a);
    int inner = x.size(a + 1, x.rank());
    k.topK(outer, x.dim(a), inner, 1, true, false, r.input(0), null, r.scratch(0));
    k.fill(1, r.scratch(1));
    k.fill(0, r.output(0));
    Indexing places = new Indexing(outer, List.of(x.dim(a)), inner, 1, true, true);
    k.scatter(places, r.scratch(1), r.scratch(0), false, r.output(0));
  }

  @Override
  public void backward(Backward r) {
    // A step function: no gradient flows.
  }
}
