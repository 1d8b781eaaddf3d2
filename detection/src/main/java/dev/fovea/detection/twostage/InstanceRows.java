package dev.fovea.detection.twostage;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.train.ObjectRows;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * True objects with masks as a tensor {@code [N, 6 M + H W]}, the target of Mask R-CNN: the M rows
 * of {@link ObjectRows}, then for each pixel of the input 1 plus the row of the object that it
 * belongs to, or 0.
 */
final class InstanceRows {
  private InstanceRows() {}

  /** The shape for one picture. */
  static Shape shape(int most, int height, int width) {
    return Shape.of(ObjectRows.COLUMNS * most + height * width);
  }

  /** The rows of a target {@code [6 M + H W]}, as {@code [1, M, 6]}; a view. */
  static Tensor rows(Tensor target, int pixels) {
    int numbers = target.size() - pixels;
    return Tensor.over(
        target.storage(),
        target.offset(),
        Shape.of(1, numbers / ObjectRows.COLUMNS, ObjectRows.COLUMNS));
  }

  /** The pixels of a target {@code [6 M + H W]}, as {@code [H, W]}; a view. */
  static Tensor instances(Tensor target, int height, int width) {
    return Tensor.over(
        target.storage(),
        target.offset() + target.size() - height * width,
        Shape.of(height, width));
  }

  /** The objects of a picture, without their masks. */
  static List<Annotation> objects(Tensor targets, int picture, Shape input) {
    return ObjectRows.read(
        rows(targets.slice(picture, picture + 1), input.dim(2) * input.dim(3)), 0);
  }

  /** Of each pixel of a picture 1 plus the number of its object, or 0; a view. */
  static Tensor instances(Tensor targets, int picture, Shape input) {
    return instances(targets.slice(picture, picture + 1), input.dim(2), input.dim(3));
  }
}
