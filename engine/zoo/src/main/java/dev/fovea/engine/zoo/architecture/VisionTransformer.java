package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Attention;
import dev.fovea.engine.nn.Block;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.nn.Transformer;
import dev.fovea.engine.op.Axes;
import dev.fovea.engine.op.ReduceMean;
import java.util.List;

/**
 * A vision transformer: patches of the image, each projected to some features, with sine and cosine
 * of their places added, through the layers of an encoder; the mean over patches decides.
 * Dosovitskiy et al., "An image is worth 16 x 16 words", ICLR 2021, with a mean instead of their
 * class token, fixed places instead of learnt ones, and the normalisation behind each sum, as in
 * Vaswani et al., "Attention is all you need", NeurIPS 2017. It wants Adam and a warm-up.
 *
 * @param name as users type it
 * @param inputSize rows and columns of the images it is meant for
 * @param patch rows and columns of a patch
 * @param features of each patch, a multiple of {@code heads}
 * @param heads heads of each attention
 * @param layers of the encoder
 * @param hidden units between the two fully connected layers of each
 * @param dropout ratio of everything that is dropped in training
 */
public record VisionTransformer(
    String name,
    int inputSize,
    int patch,
    int features,
    int heads,
    int layers,
    int hidden,
    float dropout)
    implements Architecture {

  private static final float DROPOUT = 0.1f;

  /** Checks the numbers. */
  public VisionTransformer {
    List<Integer> all = List.of(inputSize, patch, features, heads, layers, hidden);
    if (all.stream().anyMatch(n -> n < 1) || features % heads != 0) {
      throw new IllegalArgumentException(
          "VisionTransformer: expected a size, patch, features, heads, layers and hidden units of"
              + " at least 1, features in multiples of heads, found "
              + all);
    }
  }

  /** For pictures of 32 x 32 pixels: patches of 4, 128 features, 4 heads, 6 layers of 256 units. */
  static VisionTransformer small() {
    return new VisionTransformer("vit-small", 32, 4, 128, 4, 6, 256, DROPOUT);
  }

  /** The sizes of DeiT-Ti: Touvron et al., "Training data-efficient image transformers", 2021. */
  static VisionTransformer tiny() {
    return new VisionTransformer("vit-tiny", 224, 16, 192, 3, 12, 768, DROPOUT);
  }

  @Override
  public Block network(int classes) {
    return Chain.of("patches", this::patches)
        .then("", this::encoders)
        .then("mean", new ReduceMean(Axes.of(1).dropped()))
        .then(LOGITS, Blocks.classifier(classes));
  }

  private Value patches(Layers l, String name, Value x) {
    int height = x.shape().dim(2);
    int width = x.shape().dim(3);
    // A convolution would leave out what is beyond the last whole patch, and say nothing.
    if (height < patch || width < patch || height % patch != 0 || width % patch != 0) {
      throw new GraphException(
          "node '"
              + name
              + "': expected images of rows and columns in multiples of "
              + patch
              + ", found "
              + height
              + " x "
              + width);
    }
    return l.patchEmbedding(name, x, patch, features);
  }

  private Value encoders(Layers l, String name, Value x) {
    Attention attention = new Attention(l, dropout);
    Transformer encoder = new Transformer(attention);
    Value y = attention.positionalEncoding(Blocks.join(name, "positions"), x);
    for (int layer = 1; layer <= layers; layer++) {
      y = encoder.encoder(Blocks.join(name, "layer" + layer), y, heads, hidden, null);
    }
    return y;
  }
}
