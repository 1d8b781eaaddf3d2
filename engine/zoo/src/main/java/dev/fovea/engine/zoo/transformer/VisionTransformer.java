package dev.fovea.engine.zoo.transformer;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Attention;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.nn.Transformer;
import dev.fovea.engine.op.Axes;
import dev.fovea.engine.op.ReduceMean;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;

/**
 * A vision transformer: patches of the image, each projected to some features, with sine and cosine
 * of their places added, through the layers of an encoder; the mean over patches decides. A graph
 * from {@link #INPUT} {@code [N, C, H, W]} over {@link #LOGITS} to {@link #PROBABILITIES} {@code
 * [N, classes]}. Dosovitskiy et al., "An image is worth 16 x 16 words", ICLR 2021, with a mean
 * instead of their class token and the normalisation behind each sum, as in Vaswani et al.,
 * "Attention is all you need", NeurIPS 2017.
 *
 * @param patch rows and columns of a patch
 * @param features of each patch, a multiple of {@code heads}
 * @param heads heads of each attention
 * @param layers of the encoder
 * @param hidden units between the two fully connected layers of each
 * @param dropout ratio of everything that is dropped in training
 */
public record VisionTransformer(
    int patch, int features, int heads, int layers, int hidden, float dropout) {

  /** Name of the input. */
  public static final String INPUT = "input";

  /** Name of the value before the softmax. */
  public static final String LOGITS = "logits";

  /** Name of the output. */
  public static final String PROBABILITIES = "probabilities";

  /**
   * A small one for pictures of 32 x 32 pixels: patches of 4, 128 features, 4 heads, 6 layers of
   * 256 units, dropout 0.1.
   */
  public static VisionTransformer small() {
    return new VisionTransformer(4, 128, 4, 6, 256, 0.1f);
  }

  /** Checks the numbers. */
  public VisionTransformer {
    if (patch < 1 || features < 1 || heads < 1 || layers < 1 || hidden < 1) {
      throw new IllegalArgumentException(
          "VisionTransformer: expected a patch, features, heads, layers and hidden units of at"
              + " least 1, found "
              + patch
              + ", "
              + features
              + ", "
              + heads
              + ", "
              + layers
              + ", "
              + hidden);
    }
  }

  /**
   * Builds the network.
   *
   * @param channels input channels
   * @param height input rows, a multiple of the patch
   * @param width input columns, likewise
   * @param classes number of classes, at least 2
   * @param seed decides the first weights
   */
  public Graph build(int channels, int height, int width, int classes, long seed) {
    if (height < patch || width < patch || height % patch != 0 || width % patch != 0) {
      throw new IllegalArgumentException(
          "VisionTransformer: expected rows and columns in multiples of "
              + patch
              + ", found "
              + height
              + " x "
              + width);
    }
    Graph.Builder g = new Graph.Builder("vision-transformer");
    Layers all = new Layers(g, seed);
    Attention attention = new Attention(all, dropout);
    Transformer encoders = new Transformer(attention);
    Value x = g.input(INPUT, Shape.of(1, channels, height, width), "batch", "", "", "");
    x = all.patchEmbedding("patches", x, patch, features);
    x = attention.positionalEncoding("positions", x);
    for (int layer = 1; layer <= layers; layer++) {
      x = encoders.encoder("layer" + layer, x, heads, hidden, null);
    }
    Value mean = g.node("mean", new ReduceMean(Axes.of(1).dropped()), x);
    Value logits = all.dense(LOGITS, mean, classes, Initializer.xavier());
    return g.build(g.node(PROBABILITIES, new Softmax(1), logits));
  }
}
