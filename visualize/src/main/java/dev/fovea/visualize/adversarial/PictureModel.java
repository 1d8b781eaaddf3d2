package dev.fovea.visualize.adversarial;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * A network with what makes its input: scores as a function of the pixels of pictures, {@code [N,
 * C, H, W]} from 0 to 1 in the size and the colours of the picture itself. Gradients go back
 * through cutting, resizing and the change of colours, so that what an attack changes, and the ball
 * it stays in, are the pixels of the file. Thread-safe.
 */
public final class PictureModel implements DifferentiableModel {
  private final Preprocessor preprocessor;
  private final DifferentiableModel network;

  /**
   * A network behind a preprocessing.
   *
   * @param network on inputs that the preprocessing makes
   */
  public PictureModel(Preprocessing preprocessing, DifferentiableModel network) {
    this.preprocessor = new Preprocessor(preprocessing);
    this.network = network;
  }

  @Override
  public Tensor scores(Tensor x) {
    return network.scores(inputs(x));
  }

  @Override
  public Evaluation evaluate(Tensor x, Objective objective) {
    Evaluation e = network.evaluate(inputs(x), objective);
    Tensor gradient = Tensor.zeros(x.shape());
    for (int n = 0; n < x.shape().dim(0); n++) {
      gradient
          .slice(n, n + 1)
          .copyFrom(preprocessor.gradient(picture(x, n), e.gradient().slice(n, n + 1)));
    }
    return new Evaluation(e.scores(), e.values(), gradient);
  }

  private Tensor inputs(Tensor x) {
    int samples = x.shape().dim(0);
    Tensor first = preprocessor.apply(picture(x, 0));
    if (samples == 1) {
      return first;
    }
    Shape shape = first.shape();
    Tensor inputs = Tensor.zeros(shape.with(0, samples));
    inputs.slice(0, 1).copyFrom(first);
    for (int n = 1; n < samples; n++) {
      inputs.slice(n, n + 1).copyFrom(preprocessor.apply(picture(x, n)));
    }
    return inputs;
  }

  private static Image picture(Tensor x, int n) {
    int height = x.shape().dim(2);
    int width = x.shape().dim(3);
    float[][] planes = new float[x.shape().dim(1)][height * width];
    for (int c = 0; c < planes.length; c++) {
      int from = x.offset() + (n * planes.length + c) * height * width;
      System.arraycopy(x.array(), from, planes[c], 0, planes[c].length);
    }
    return Image.ofFloat32(width, height, planes);
  }
}
