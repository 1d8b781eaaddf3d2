package dev.fovea.detection.onestage;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Resize;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The layers that the detectors of this package are made of: 3x3 convolutions with batch
 * normalisation and ReLU, residual blocks, and spatial pyramid pooling. Not thread-safe.
 */
final class Backbone {
  /** Strides of the maps. */
  static final List<Integer> STRIDES = List.of(8, 16, 32);

  /** Batches are small: running statistics over some thirty of them. */
  private static final float MOMENTUM = 0.97f;

  /** He's initialisation is for what a ReLU follows; the last layer of a head starts smaller. */
  private static final float DAMPED = 0.1f;

  private final Layers layers;
  private final Graph.Builder graph;

  Backbone(Layers layers) {
    this.layers = layers;
    this.graph = layers.graph();
  }

  /** Convolution without bias that keeps the size for stride 1, normalisation, ReLU. */
  Value conv(String name, Value x, int channels, int kernel, int stride) {
    Value c = layers.conv(name + ".conv", x, channels, kernel, stride, kernel / 2, false);
    return graph.node(name + ".relu", new Relu(), layers.batchNorm(name + ".norm", c, MOMENTUM));
  }

  /**
   * The last layer of a head, 1x1 with bias; it starts near the bias, whatever the picture.
   *
   * @param bias of all channels at first
   */
  Value last(String name, Value x, int channels, float bias) {
    Value y = layers.conv(name, x, channels, 1, 1, 0, true);
    graph.find(name + ".bias").tensor().fill(bias);
    Tensor weights = graph.find(name + ".weight").tensor();
    for (int i = 0; i < weights.size(); i++) {
      weights.array()[weights.offset() + i] *= DAMPED;
    }
    return y;
  }

  /** Halves the size, then adds residual blocks. */
  Value stage(String name, Value x, int channels, int blocks) {
    Value y = conv(name + ".down", x, channels, 3, 2);
    for (int b = 0; b < blocks; b++) {
      String block = name + ".block" + b;
      Value inner = conv(block + ".a", y, channels / 2, 3, 1);
      y = graph.node(block, new Add(), y, conv(block + ".b", inner, channels, 3, 1));
    }
    return y;
  }

  /** Maximum over 5, 9 and 13 pixels, side by side (He et al. 2014). */
  private Value pyramidPooling(String name, Value x) {
    int channels = x.shape().dim(1);
    Value a = conv(name + ".in", x, channels / 2, 1, 1);
    Value b = graph.node(name + ".pool5", MaxPool.square(5, 1, 2), a);
    Value c = graph.node(name + ".pool9", MaxPool.square(5, 1, 2), b);
    Value d = graph.node(name + ".pool13", MaxPool.square(5, 1, 2), c);
    Value all = graph.node(name + ".all", new Concat(1), a, b, c, d);
    return conv(name + ".out", all, channels, 1, 1);
  }

  /**
   * Features with strides of 8, 16 and 32 pixels.
   *
   * @param stem channels of the first layer; the maps have 4, 8 and 12 times as many
   * @param depth residual blocks of a stage
   */
  List<Value> maps(Value input, int stem, int depth) {
    Value x = conv("stem", input, stem, 3, 2);
    x = stage("stage4", x, 2 * stem, depth - 1);
    List<Value> maps = new ArrayList<>();
    x = stage("stage8", x, 4 * stem, depth);
    maps.add(x);
    x = stage("stage16", x, 8 * stem, depth);
    maps.add(x);
    maps.add(pyramidPooling("pooling", stage("stage32", x, 12 * stem, depth)));
    return maps;
  }

  /**
   * Joins the maps from top to bottom (Lin et al., "Feature pyramid networks", 2017).
   *
   * @param maps of all strides, the finest first
   * @param channels of all new maps
   */
  List<Value> pyramid(List<Value> maps, int channels) {
    List<Value> joined = new ArrayList<>();
    Value above = null;
    for (int l = maps.size() - 1; l >= 0; l--) {
      String name = "neck" + STRIDES.get(l);
      Value x = conv(name + ".lateral", maps.get(l), channels, 1, 1);
      if (above != null) {
        Value larger = graph.node(name + ".larger", Resize.nearest(2), above);
        x = graph.node(name + ".sum", new Add(), x, larger);
      }
      above = conv(name + ".smooth", x, channels, 3, 1);
      joined.add(0, above);
    }
    return joined;
  }
}
