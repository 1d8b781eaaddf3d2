package dev.fovea.engine.testkit;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.AveragePool;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.ConvTranspose;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.LeakyRelu;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Reshape;
import dev.fovea.engine.op.Resize;
import dev.fovea.engine.op.Sigmoid;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.op.Tanh;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Graphs that nobody would design: any operator on any values, views of views, values used several
 * times or twice by one node, several outputs, outputs that other nodes read.
 */
final class RandomGraph {

  private static final int LARGEST = 600;

  private final UnaryOperator<Op> wrapped;
  private final SplittableRandom random;
  private final Graph.Builder builder;
  private final List<Value> values = new ArrayList<>();
  private int names;

  private RandomGraph(long seed, UnaryOperator<Op> wrapped) {
    this.wrapped = wrapped;
    random = new SplittableRandom(seed);
    builder = new Graph.Builder("random" + seed);
  }

  /** A graph of some nodes, all operators {@link SeedRecorder}s. */
  static Graph of(long seed, int nodes) {
    return of(seed, nodes, SeedRecorder::new);
  }

  /** The same graph of the operators themselves. */
  static Graph plain(long seed, int nodes) {
    return of(seed, nodes, op -> op);
  }

  private static Graph of(long seed, int nodes, UnaryOperator<Op> wrapped) {
    RandomGraph g = new RandomGraph(seed, wrapped);
    g.values.add(g.builder.input("x0", Shape.of(2, 3, 4, 5)));
    g.values.add(g.builder.input("x1", Shape.of(2, 12)));
    while (g.values.size() < nodes + 2) {
      g.addNode();
    }
    Set<Value> outputs = new LinkedHashSet<>();
    outputs.add(g.values.get(g.values.size() - 1));
    int more = g.random.nextInt(3);
    for (int i = 0; i < more; i++) {
      outputs.add(g.any());
    }
    return g.builder.build(outputs.toArray(Value[]::new));
  }

  private Value any() {
    // Mostly recent ones: deep graphs with some long ways around.
    int back = Math.min(random.nextInt(values.size()), random.nextInt(values.size()));
    return values.get(values.size() - 1 - back);
  }

  private Value parameter(Shape s) {
    return builder.parameter("p" + names++, InputSampler.uniform(s, -0.5, 0.5, random));
  }

  private void addNode() {
    Value x = any();
    Value[] in;
    Op op;
    int channels = x.shape().rank() > 1 ? x.shape().dim(1) : 1;
    Shape vector = Shape.of(channels);
    switch (random.nextInt(20)) {
      case 0 -> {
        op = new Add();
        in = new Value[] {x, any()};
      }
      case 1 -> {
        op = new Mul();
        in = new Value[] {x, any()};
      }
      case 2 -> {
        op = new Mul();
        in = new Value[] {x, x};
      }
      case 3 -> {
        op = new Concat(1);
        in = new Value[] {x, any(), x};
      }
      case 4 -> {
        op = Conv.square(3, 1, 1);
        in = new Value[] {x, parameter(Shape.of(3, channels, 3, 3)), parameter(Shape.of(3))};
      }
      case 5 -> {
        op = ConvTranspose.square(2, 1, 0);
        in = new Value[] {x, parameter(Shape.of(channels, 2, 2, 2)), parameter(Shape.of(2))};
      }
      case 6 -> {
        op = Gemm.dense();
        in = new Value[] {x, parameter(Shape.of(4, channels)), parameter(Shape.of(4))};
      }
      case 7 -> {
        op = new BatchNormalization(1e-3f, 0.9f);
        Value mean = builder.buffer("b" + names++, Tensor.zeros(vector));
        Value variance = builder.buffer("b" + names++, Tensor.zeros(vector).fill(1));
        in = new Value[] {x, parameter(vector), parameter(vector), mean, variance};
      }
      case 8, 9 -> {
        op = new Reshape(random.nextBoolean() ? List.of(0, -1) : List.of(2, 3, -1, 2));
        in = new Value[] {x};
      }
      case 10 -> {
        op = new Flatten(1);
        in = new Value[] {x};
      }
      case 11, 12 -> {
        op = new Dropout(0.25f);
        in = new Value[] {x};
      }
      case 13 -> {
        op = MaxPool.square(2, 1, 1);
        in = new Value[] {x};
      }
      case 14 -> {
        op = AveragePool.square(2, 2, 0);
        in = new Value[] {x};
      }
      case 15 -> {
        op = Resize.bilinear(1.5f);
        in = new Value[] {x};
      }
      default -> {
        List<Op> smooth =
            List.of(new Relu(), new LeakyRelu(0.1f), new Sigmoid(), new Tanh(), new Softmax(1));
        op = smooth.get(random.nextInt(smooth.size()));
        in = new Value[] {x};
      }
    }
    try {
      Value y = builder.node("n" + names++, wrapped.apply(op), in);
      if (y.shape().size() <= LARGEST) {
        values.add(y);
      }
    } catch (GraphException doesNotFit) {
      // Drawn at random, and refused as it should be: the next draw may fit.
      names++;
    }
  }
}
