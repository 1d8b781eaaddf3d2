package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.GreedyNms;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/**
 * Greedy non-maximum suppression of boxes {@code [N, B, 4]} with scores {@code [N, C, B]}, for each
 * image and class alone, see {@link GreedyNms}. The output {@code [S, 3]} has a row of image, class
 * and box for each box that stays: by image, then by class, then by falling score. S depends on
 * data and is at most {@code N C min(B, most)}.
 *
 * @param how thresholds, and what the numbers of a box are
 */
public record NonMaxSuppression(GreedyNms how) implements Op {

  private static final int MOST = 2;
  private static final int IOU = 3;
  private static final int SCORE = 4;
  private static final int COLUMNS = 3;

  /** Specification. */
  public static final OpSpec<NonMaxSuppression> SPEC =
      OpSpec.of(
              "NonMaxSuppression",
              11,
              NonMaxSuppression.class,
              NonMaxSuppression::read,
              NonMaxSuppression::write,
              example(new GreedyNms(3, 0.4f, 0, false), 2, 3, 17),
              example(new GreedyNms(99, 0.2f, Float.NEGATIVE_INFINITY, true), 1, 2, 9),
              example(new GreedyNms(4, 0.5f, -9, false), 3, 1, 6)
                  .with(1, new OpSpec.Operand(ElementType.FLOAT, 0, 1, List.of(0.5f, 0.25f, 0.5f))),
              example(new GreedyNms(2, 0, 5, false), 1, 1, 5))
          .withConstantInputs(MOST, IOU, SCORE);

  private static OpSpec.Example example(GreedyNms how, int images, int classes, int boxes) {
    return of(
            new NonMaxSuppression(how),
            Shape.of(images, boxes, GreedyNms.COORDINATES),
            Shape.of(images, classes, boxes))
        .with(0, OpSpec.Operand.between(0.5f, 3));
  }

  private static NonMaxSuppression read(Attributes a) {
    int most = a.constant(MOST) == null ? 0 : a.saturatedInt(MOST, "max_output_boxes_per_class");
    return new NonMaxSuppression(
        new GreedyNms(
            Math.max(0, most),
            number(a, IOU, 0),
            number(a, SCORE, Float.NEGATIVE_INFINITY),
            a.intValue("center_point_box", 0) != 0));
  }

  private static float number(Attributes a, int input, float otherwise) {
    List<? extends Number> value = a.constant(input);
    return value == null || value.isEmpty() ? otherwise : value.get(0).floatValue();
  }

  private static Attributes write(NonMaxSuppression op) {
    Attributes a =
        Attributes.none()
            .with("center_point_box", op.how.centres() ? 1 : 0)
            .withConstant(MOST, List.of((long) op.how.most()))
            .withConstant(IOU, List.of(op.how.iou()));
    return op.how.score() == Float.NEGATIVE_INFINITY
        ? a
        : a.withConstant(SCORE, List.of(op.how.score()));
  }

  @Override
  public OpSpec<NonMaxSuppression> spec() {
    return SPEC;
  }

  @Override
  public ElementType outputType(int output, List<ElementType> inputs) {
    return ElementType.INT64;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("NonMaxSuppression", in, 2, 2);
    Shape boxes = in.get(0);
    Shape scores = in.get(1);
    Check.rank("NonMaxSuppression", "boxes", boxes, 3, "[N, B, 4]");
    Check.rank("NonMaxSuppression", "scores", scores, 3, "[N, C, B]");
    Check.that(
        boxes.dim(2) == GreedyNms.COORDINATES
            && scores.dim(0) == boxes.dim(0)
            && scores.dim(2) == boxes.dim(1),
        "NonMaxSuppression",
        "expected boxes [N, B, 4] and scores [N, C, B], found " + boxes + " and " + scores);
    Stream.of(boxes, scores).forEach(s -> Check.indexable("NonMaxSuppression", s));
    int rows = Math.min(how.most(), boxes.dim(1));
    int groups = Math.multiplyExact(scores.dim(0), scores.dim(1));
    return List.of(Shape.of(Math.multiplyExact(groups, rows), COLUMNS));
  }

  @Override
  public boolean sizedByData(int output) {
    return true;
  }

  @Override
  public Tensor cut(int output, Tensor whole) {
    int rows = 0;
    while (rows < whole.shape().dim(0) && whole.get(rows * COLUMNS) >= 0) {
      rows++;
    }
    return whole.slice(0, rows);
  }

  @Override
  public void forward(Forward r) {
    r.kernels().nonMaxSuppression(how, r.input(0), r.input(1), r.output(0));
  }

  /** Never called: an index has no gradient. */
  @Override
  public void backward(Backward r) {
    throw new UnsupportedOperationException("NonMaxSuppression has no gradient");
  }
}
