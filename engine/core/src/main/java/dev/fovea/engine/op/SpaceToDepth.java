package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * Brings blocks of pixels into the channels: {@code [N, C, H b, W b]} becomes {@code [N, b b C, H,
 * W]}, channels ordered by row and column in the block, then by channel.
 *
 * @param blocksize {@code b}
 */
public record SpaceToDepth(int blocksize) implements Moving {

  /** Specification. */
  public static final OpSpec<SpaceToDepth> SPEC =
      OpSpec.of(
          "SpaceToDepth",
          1,
          SpaceToDepth.class,
          a -> new SpaceToDepth(a.intValue("blocksize", 0)),
          op -> Attributes.none().with("blocksize", op.blocksize),
          of(new SpaceToDepth(2), Shape.of(2, 3, 4, 6)),
          of(new SpaceToDepth(3), Shape.of(1, 1, 3, 6)));

  /** Checks the block size. */
  public SpaceToDepth {
    DepthToSpace.blocksize(blocksize);
  }

  @Override
  public OpSpec<SpaceToDepth> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("SpaceToDepth", in, 1, 1);
    Shape x = in.get(0);
    Check.image("SpaceToDepth", x);
    Check.that(
        x.dim(2) % blocksize == 0 && x.dim(3) % blocksize == 0,
        "SpaceToDepth",
        "expected multiples of " + blocksize + " as height and width, found " + x);
    return List.of(
        Shape.of(
            x.dim(0),
            Math.multiplyExact(x.dim(1), blocksize * blocksize),
            x.dim(2) / blocksize,
            x.dim(3) / blocksize));
  }

  @Override
  public List<StridedCopy> copies(Shape x, Shape y, int output) {
    return List.of(DepthToSpace.copy(x, y, blocksize, false));
  }
}
