package dev.fovea.engine.zoo.surgery;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.AveragePool;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.GlobalAveragePool;
import dev.fovea.engine.op.GlobalMaxPool;
import dev.fovea.engine.op.LeakyRelu;
import dev.fovea.engine.op.MatMul;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Reshape;
import dev.fovea.engine.op.Sigmoid;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.op.Tanh;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Turns a classifier into a network that classifies every window of a larger image at once: fully
 * connected layers become convolutions with the same weights, means over the whole image become
 * means over a window. Sermanet et al., "OverFeat", ICLR 2014; Long et al., "Fully convolutional
 * networks", CVPR 2015.
 *
 * <p>The result takes images of any size from the classifier's up and gives {@code [N, classes, h,
 * w]}: element {@code (i, j)} belongs to the window whose corner lies at {@code (i, j)} times the
 * product of all strides. On an image of the classifier's own size it is {@code [N, classes, 1, 1]}
 * and the same as the classifier's answer. On larger ones it is what the classifier says of the
 * window cut out, except that where the classifier pads the window's border with zeros, the dense
 * network sees the neighbourhood.
 */
public final class DenseClassifier {

  /** What works on each element, so on vectors as on images of vectors. */
  private static final Set<Class<? extends Op>> ELEMENTWISE =
      Set.of(
          Relu.class,
          LeakyRelu.class,
          Sigmoid.class,
          Tanh.class,
          Dropout.class,
          BatchNormalization.class,
          Add.class,
          Mul.class);

  private final Graph from;
  private final Graph.Builder to;
  private final GraphCopy copy;

  private DenseClassifier(Graph from) {
    this.from = from;
    this.to = new Graph.Builder(from.name() + "-dense");
    this.copy = new GraphCopy(to);
  }

  /**
   * The dense network of a classifier; shares its weights.
   *
   * @param classifier one image input {@code [N, C, H, W]}, output {@code [N, classes]}
   * @throws GraphException if a layer cannot be made dense; names it
   */
  public static Graph of(Graph classifier) {
    return new DenseClassifier(classifier).convert();
  }

  private Graph convert() {
    if (from.inputs().size() != 1 || from.inputs().get(0).shape().rank() != 4) {
      throw new GraphException(
          "graph '"
              + from.name()
              + "': expected one input [N, C, H, W], found "
              + from.inputs().stream().map(Graph::describe).toList());
    }
    Value image = from.inputs().get(0);
    copy.put(image, to.input(image.name(), image.shape(), "batch", "", "height", "width"));
    from.nodes().forEach(this::convert);
    return to.build(from.outputs().stream().map(copy::of).toArray(Value[]::new));
  }

  private void convert(Node n) {
    Op op = n.op();
    Shape in = n.inputs().get(0).shape();
    Shape out = n.outputs().get(0).shape();
    if (op instanceof GlobalAveragePool) {
      copy.node(n, new AveragePool(wholeOf(in), false, false), List.of(copy.of(first(n))));
    } else if (op instanceof GlobalMaxPool) {
      copy.node(n, new MaxPool(wholeOf(in), false), List.of(copy.of(first(n))));
    } else if (flattens(op, in, out)) {
      copy.put(n.outputs().get(0), copy.of(first(n)));
    } else if (op instanceof Gemm gemm) {
      check(!gemm.transA() && gemm.alpha() == 1 && gemm.beta() == 1, n, "factors of 1");
      convolution(n, gemm.transB());
    } else if (op instanceof MatMul && out.rank() == 2) {
      convolution(n, false);
    } else if (op instanceof Softmax softmax && out.rank() == 2) {
      check(softmax.axis() == 1 || softmax.axis() == -1, n, "the axis of the classes");
      copy.node(n, new Softmax(1), List.of(copy.of(first(n))));
    } else if (out.rank() == 2) {
      check(ELEMENTWISE.contains(op.getClass()), n, "a fully connected or an elementwise layer");
      copy.node(n, op, n.inputs().stream().map(v -> besideImages(n, v)).toList());
    } else {
      check(out.rank() == 4 && !(op instanceof Reshape), n, "a layer from images to images");
      copy.node(n);
    }
  }

  private static Value first(Node n) {
    return n.inputs().get(0);
  }

  /** A window of the size an image has in the classifier. */
  private static Window wholeOf(Shape image) {
    return new Window(image.dim(2), image.dim(3), 1, 1, 0, 0, 0, 0, 1, 1);
  }

  private static boolean flattens(Op op, Shape in, Shape out) {
    return (op instanceof Flatten || op instanceof Reshape)
        && out.rank() == 2
        && out.dim(0) == in.dim(0);
  }

  /** A fully connected layer as a convolution whose window is all of its input. */
  private void convolution(Node n, boolean outputsFirst) {
    Value weights = n.inputs().get(1);
    check(weights.tensor() != null, n, "weights that belong to the model");
    Value x = copy.of(first(n));
    Shape map = x.shape();
    Tensor w = outputsFirst ? weights.tensor() : transposed(weights.tensor());
    Shape kernel = Shape.of(w.shape().dim(0), map.dim(1), map.dim(2), map.dim(3));
    List<Value> inputs = new ArrayList<>(List.of(x, weights(weights, w.reshape(kernel))));
    if (n.inputs().size() == 3) {
      Value bias = n.inputs().get(2);
      check(
          bias.tensor() != null && bias.tensor().size() == kernel.dim(0), n, "a bias for each row");
      inputs.add(weights(bias, bias.tensor().reshape(kernel.dim(0))));
    }
    copy.node(n, new Conv(wholeOf(map), 1), inputs);
  }

  /** A tensor of the model under another shape. */
  private Value weights(Value original, Tensor tensor) {
    if (!copy.has(original)) {
      copy.put(
          original,
          original.kind() == Value.Kind.PARAMETER
              ? to.parameter(original.name(), tensor)
              : to.buffer(original.name(), tensor));
    }
    return copy.of(original);
  }

  private static Tensor transposed(Tensor t) {
    int rows = t.shape().dim(0);
    int columns = t.shape().dim(1);
    Tensor result = Tensor.zeros(columns, rows);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result.array()[j * rows + i] = t.get(i * columns + j);
      }
    }
    return result;
  }

  /** An operand of an elementwise layer: vectors of the model become images of one pixel. */
  private Value besideImages(Node n, Value v) {
    if (v.tensor() == null || n.op() instanceof BatchNormalization) {
      return copy.of(v);
    }
    int channels = copy.of(n.inputs().get(n.inputs().get(0).equals(v) ? 1 : 0)).shape().dim(1);
    int size = v.tensor().size();
    check(size == 1 || size == channels, n, "one number, or one for each of " + channels);
    return weights(v, v.tensor().reshape(1, size, 1, 1));
  }

  private static void check(boolean holds, Node n, String expected) {
    if (!holds) {
      throw new GraphException(
          n + ": cannot be made dense, expected " + expected + ", found " + n.op());
    }
  }
}
