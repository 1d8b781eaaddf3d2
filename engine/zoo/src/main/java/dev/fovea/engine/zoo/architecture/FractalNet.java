package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Block;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Mean;
import dev.fovea.engine.op.Relu;
import java.util.ArrayList;
import java.util.List;

/**
 * FractalNet: ways of 1, 2, 4, ... convolutions side by side, joined by their mean, without
 * residuals. Larsson, Maire and Shakhnarovich, "FractalNet: ultra-deep neural networks without
 * residuals", ICLR 2017: {@code f_1 = conv}, {@code f_c = (f_(c-1) after f_(c-1)) joined with
 * conv}; joins that meet become one. The order within a block is that of the network generator
 * which the authors published: each convolution drops values before its normalisation, and the ways
 * are pooled before the last join.
 *
 * <p>Local drop-path: each input of a join is left out with probability 0.15. The others are scaled
 * up, and all may be left out at once, where the paper takes the mean of those that remain and
 * always keeps one.
 *
 * @param columns ways side by side; the longest has {@code 2^(columns - 1)} convolutions in each of
 *     the five blocks
 */
record FractalNet(int columns) implements Architecture {

  private static final int[] WIDTHS = {64, 128, 256, 512, 512};
  private static final double DROP = 0.15;

  @Override
  public String name() {
    return "fractalnet" + (WIDTHS.length << (columns - 1));
  }

  @Override
  public int inputSize() {
    return 32;
  }

  @Override
  public Block network(int classes) {
    Chain net = Chain.EMPTY;
    for (int i = 0; i < WIDTHS.length; i++) {
      Block conv = convolution(WIDTHS[i], 0.1 * i);
      net = net.then("block" + (i + 1), (l, name, x) -> block(l, name, x, conv));
    }
    return net.then("flatten", Blocks.flatten()).then(LOGITS, Blocks.classifier(classes));
  }

  private static Block convolution(int width, double dropout) {
    Chain conv = Chain.of("conv", Blocks.conv(width, 3, 1, 1));
    return (dropout > 0 ? conv.then("dropout", Blocks.dropout(dropout)) : conv)
        .then("norm", Blocks.norm())
        .then("relu", new Relu());
  }

  /** A fractal whose ways are pooled before they are joined. */
  private Value block(Layers l, String name, Value x, Block conv) {
    List<Value> pooled = new ArrayList<>();
    for (Value way : ways(l, name, x, columns, conv)) {
      String pool = name + ".pool" + (pooled.size() + 1);
      pooled.add(l.graph().node(pool, MaxPool.square(2, 2, 0), way));
    }
    return joined(l, name, pooled);
  }

  /** The ways of a fractal before its last join, the shortest first. */
  private static List<Value> ways(Layers l, String name, Value x, int columns, Block conv) {
    List<Value> all = new ArrayList<>();
    all.add(conv.add(l, name + ".column" + columns, x));
    if (columns > 1) {
      Value half = joined(l, name + ".a", ways(l, name + ".a", x, columns - 1, conv));
      all.addAll(ways(l, name + ".b", half, columns - 1, conv));
    }
    return all;
  }

  private static Value joined(Layers l, String name, List<Value> ways) {
    if (ways.size() == 1) {
      return ways.get(0);
    }
    List<Value> kept = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      kept.add(Blocks.dropPath(DROP).add(l, name + ".drop" + i, ways.get(i)));
    }
    return l.graph().node(name + ".join", new Mean(), kept.toArray(Value[]::new));
  }
}
