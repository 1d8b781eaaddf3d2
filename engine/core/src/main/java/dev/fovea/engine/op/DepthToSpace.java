package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * Spreads channels over space, as sub-pixel convolution does: {@code [N, C b b, H, W]} becomes
 * {@code [N, C, H b, W b]}. Shi et al., CVPR 2016.
 *
 * @param blocksize {@code b}
 * @param columnRowDepth whether the channels are ordered {@code C, b, b} (CRD, PyTorch's pixel
 *     shuffle), else {@code b, b, C} (DCR)
 */
public record DepthToSpace(int blocksize, boolean columnRowDepth) implements Moving {

  /** Specification. */
  public static final OpSpec<DepthToSpace> SPEC =
      OpSpec.of(
          "DepthToSpace",
          11,
          DepthToSpace.class,
          DepthToSpace::read,
          op ->
              Attributes.none()
                  .with("blocksize", op.blocksize)
                  .with("mode", op.columnRowDepth ? "CRD" : "DCR"),
          of(new DepthToSpace(2, false), Shape.of(2, 8, 3, 5)),
          of(new DepthToSpace(2, true), Shape.of(1, 12, 2, 3)),
          of(new DepthToSpace(3, true), Shape.of(2, 9, 1, 2)));

  /** Checks the block size. */
  public DepthToSpace {
    blocksize(blocksize);
  }

  static void blocksize(int blocksize) {
    if (blocksize < 1 || blocksize > 1 << 12) {
      throw new IllegalArgumentException(
          "attribute 'blocksize': expected 1 to 4096, found " + blocksize);
    }
  }

  private static DepthToSpace read(Attributes a) {
    String mode = a.text("mode", "DCR");
    if (!mode.equals("DCR") && !mode.equals("CRD")) {
      throw new IllegalArgumentException("attribute 'mode': expected DCR or CRD, found " + mode);
    }
    return new DepthToSpace(a.intValue("blocksize", 0), mode.equals("CRD"));
  }

  @Override
  public OpSpec<DepthToSpace> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("DepthToSpace", in, 1, 1);
    Shape x = in.get(0);
    Check.image("DepthToSpace", x);
    int square = blocksize * blocksize;
    Check.that(
        x.dim(1) % square == 0,
        "DepthToSpace",
        "expected a multiple of " + square + " channels, found " + x);
    return List.of(
        Shape.of(
            x.dim(0),
            x.dim(1) / square,
            Math.multiplyExact(x.dim(2), blocksize),
            Math.multiplyExact(x.dim(3), blocksize)));
  }

  @Override
  public List<StridedCopy> copies(Shape x, Shape y, int output) {
    return List.of(copy(y, x, blocksize, columnRowDepth).reversed());
  }

  /** From space to depth, over the loops N, C, H, block row, W, block column. */
  static StridedCopy copy(Shape space, Shape depth, int block, boolean columnRowDepth) {
    int[] s = space.strides();
    int[] d = depth.strides();
    int channels = space.dim(1);
    int channel = columnRowDepth ? block * block * d[1] : d[1];
    int offset = columnRowDepth ? d[1] : channels * d[1];
    return StridedCopy.of(
        new int[] {space.dim(0), channels, depth.dim(2), block, depth.dim(3), block},
        0,
        new int[] {s[0], s[1], s[2] * block, s[2], s[3] * block, s[3]},
        0,
        new int[] {d[0], channel, d[2], block * offset, d[3], offset});
  }
}
