package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Einstein summation: each dimension has a letter, dimensions of one letter run together, and
 * letters that are not in the output are summed over; {@code bhid,bhjd->bhij} are the scores of
 * attention, {@code ii->i} is a diagonal, {@code ij->ji} a transposition. An ellipsis stands for
 * the dimensions without letters, which are broadcast to each other. Without {@code ->} the output
 * has the ellipsis and then all letters that occur once, in alphabetical order.
 *
 * <p>Operands are multiplied one after the other, as batched matrix products; elements are copied
 * only where letters are not in the order that a product needs.
 *
 * @param equation such as {@code bij,bjk->bik}
 */
public record Einsum(String equation) implements Op {

  /** Specification. */
  public static final OpSpec<Einsum> SPEC =
      OpSpec.of(
          "Einsum",
          12,
          Einsum.class,
          a -> new Einsum(a.text("equation", "")),
          op -> Attributes.none().with("equation", op.equation),
          of(new Einsum("bij,bjk->bik"), Shape.of(2, 3, 4), Shape.of(2, 4, 5)),
          of(new Einsum("bhid,bhjd->bhij"), Shape.of(2, 3, 4, 5), Shape.of(2, 3, 6, 5)),
          of(new Einsum("bhij,bhjd->bhid"), Shape.of(1, 2, 3, 4), Shape.of(1, 2, 4, 5)),
          of(new Einsum("btd,de->bte"), Shape.of(2, 3, 4), Shape.of(4, 5)),
          of(new Einsum("ij,ik->kj"), Shape.of(4, 3), Shape.of(4, 5)),
          of(new Einsum("i,j->ij"), Shape.of(3), Shape.of(4)),
          of(new Einsum("bi,bi->b"), Shape.of(2, 5), Shape.of(2, 5)),
          of(new Einsum("ij->ji"), Shape.of(3, 4)),
          of(new Einsum("ij->i"), Shape.of(3, 4)),
          of(new Einsum("ii->i"), Shape.of(4, 4)),
          of(new Einsum("bii"), Shape.of(2, 3, 3)),
          of(new Einsum("ij->"), Shape.of(2, 5)),
          of(new Einsum("...ii->...i"), Shape.of(2, 3, 4, 4)),
          of(new Einsum("bqhd, bkhd -> bhqk"), Shape.of(2, 3, 2, 5), Shape.of(2, 4, 2, 5)),
          of(new Einsum("...ij,...jk"), Shape.of(2, 3, 4), Shape.of(2, 4, 2)),
          of(new Einsum("ijk,kl->jl"), Shape.of(2, 3, 4), Shape.of(4, 5)),
          of(new Einsum("iji,jk->ki"), Shape.of(3, 2, 3), Shape.of(2, 4)),
          of(new Einsum("ab,bc,cd->ad"), Shape.of(2, 3), Shape.of(3, 4), Shape.of(4, 2)),
          of(new Einsum("b...,b...,c->..."), Shape.of(2, 3), Shape.of(2, 3), Shape.of(4)),
          of(new Einsum("i...->..."), Shape.of(3, 2, 2)));

  /** Checks the equation. */
  public Einsum {
    EinsumEquation.of(equation);
  }

  @Override
  public OpSpec<Einsum> spec() {
    return SPEC;
  }

  private EinsumPlan plan(List<Shape> in) {
    return new EinsumPlan(EinsumEquation.of(equation), in);
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    return List.of(plan(in).output());
  }

  /** The tensors between the products. */
  @Override
  public List<Shape> scratch(List<Shape> in) {
    return plan(in).between();
  }

  /** The tensors between the products, and their gradients. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    List<Shape> between = plan(in).between();
    return Stream.concat(between.stream(), between.stream()).toList();
  }

  @Override
  public void forward(Forward r) {
    EinsumPlan plan =
        plan(IntStream.range(0, r.inputs()).mapToObj(i -> r.input(i).shape()).toList());
    plan.forward(
        r.kernels(),
        plan.tensors(r::input, r.output(0), i -> r.saved(i) != null ? r.saved(i) : r.scratch(i)));
  }

  @Override
  public void backward(Backward r) {
    EinsumPlan plan =
        plan(IntStream.range(0, r.inputs()).mapToObj(i -> r.input(i).shape()).toList());
    int between = plan.between().size();
    plan.backward(
        r.kernels(),
        plan.tensors(r::input, r.output(0), r::saved),
        plan.tensors(r::gradient, r.cotangent(0), i -> r.saved(between + i)));
  }
}
