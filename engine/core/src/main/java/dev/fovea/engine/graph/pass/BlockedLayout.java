package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.BlockedConvolution;
import dev.fovea.engine.kernel.BlockedConvolution.Algorithm;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.AveragePool;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.ConvTranspose;
import dev.fovea.engine.op.Elementwise;
import dev.fovea.engine.op.FusedConv;
import dev.fovea.engine.op.GlobalAveragePool;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Sum;
import dev.fovea.engine.op.blocked.BlockedConv;
import dev.fovea.engine.op.blocked.BlockedConvTranspose;
import dev.fovea.engine.op.blocked.BlockedLearntConv;
import dev.fovea.engine.op.blocked.BlockedNormalization;
import dev.fovea.engine.op.blocked.BlockedPool;
import dev.fovea.engine.op.blocked.FromBlocked;
import dev.fovea.engine.op.blocked.ToBlocked;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings convolutions and what surrounds them to channel-blocked images, for a backend that is
 * faster on these, and chooses how each convolution is computed. Weights are packed once; images
 * change their layout only where an operator without a blocked form reads or writes them.
 *
 * <p>Unlike the other passes it is made for given shapes of the inputs: what is fast depends on
 * them, and the graph that it makes holds for no others. Packed weights are kept and shared by all
 * the graphs that one object makes. Thread-safe.
 */
public final class BlockedLayout {

  /** One float32 number adds up so many pixels without much loss. */
  private static final int MOST_SUMMED = 1 << 16;

  /** Of an array, with the room that Java virtual machines keep to themselves. */
  private static final int MOST_ELEMENTS = Integer.MAX_VALUE - 64;

  private final int lanes;
  private final boolean winograd;
  private final Map<Packing, Tensor> packed = new HashMap<>();

  /** Tensors are compared by identity, as their class has no other equality. */
  private record Packing(Tensor weights, BlockedConvolution.Algorithm algorithm) {}

  /**
   * A planner.
   *
   * @param lanes channels of a block
   * @param winograd whether convolutions may lose accuracy for speed, see {@link
   *     Algorithm#WINOGRAD}
   */
  public BlockedLayout(int lanes, boolean winograd) {
    this.lanes = lanes;
    this.winograd = winograd;
  }

  /**
   * The graph for inputs of some shapes; the very same object if it has nothing that is faster in
   * blocks.
   *
   * @param kept names of values that must stay, besides inputs and outputs
   * @throws dev.fovea.engine.graph.GraphException if the shapes do not fit
   */
  public Graph apply(Graph graph, List<Shape> inputs, Set<String> kept) {
    return new InferenceSweep(graph, inputs, kept).run();
  }

  /**
   * The graph for trainings, with the parameters of the given one; as {@link #apply}, but all of it
   * has gradients, and nothing is packed.
   *
   * @param kept names of values that must stay, besides inputs and outputs
   * @throws dev.fovea.engine.graph.GraphException if the shapes do not fit
   */
  public Graph applyForTraining(Graph graph, List<Shape> inputs, Set<String> kept) {
    return new TrainingSweep(graph, inputs, kept).run();
  }

  private Tensor packed(Tensor weights, BlockedConvolution how) {
    synchronized (packed) {
      return packed.computeIfAbsent(
          new Packing(weights, how.algorithm()), k -> how.pack(weights, lanes));
    }
  }

  private int blocks(int channels) {
    return (channels + lanes - 1) / lanes;
  }

  /** What both kinds of sweeps share. */
  private abstract class Sweep extends Rewriting {
    final Map<Value, Shape> shapes;
    private final Set<String> kept;
    // New values in blocks, by the new plain ones they stand for; the other way round through
    // nodes that nobody may need.
    final Map<Value, Value> blocked = new HashMap<>();

    Sweep(Graph graph, List<Shape> inputs, Set<String> kept) {
      super(graph, kept);
      this.kept = kept;
      shapes = graph.inferShapes(inputs);
    }

    @Override
    Shape inputShape(Value input) {
      return shapes.get(input);
    }

    @Override
    List<String> freeDims(Value input) {
      return Collections.nCopies(shapes.get(input).rank(), "");
    }

    /** Whether a value has elements, and an array has room for it once its blocks are full. */
    final boolean fits(Value old) {
      Shape s = shapes.get(old);
      return s.rank() == 4
          && s.size() > 0
          && (long) blocks(s.dim(1)) * lanes * (s.size() / s.dim(1)) <= MOST_ELEMENTS;
    }

    /** A node that is, or can be, the same on blocks: poolings, elementwise operators, joins. */
    final List<Value> alike(Node n, List<Value> in) {
      Op op = n.op();
      Shape x = shapes.get(n.inputs().get(0));
      if (op instanceof MaxPool p && !p.indices() && p.window().dimensions() == 2) {
        return pool(n, in, BlockedPool.Kind.MAX, p.window());
      }
      if (op instanceof AveragePool p && p.window().dimensions() == 2) {
        BlockedPool.Kind kind =
            p.countIncludePad() ? BlockedPool.Kind.AVERAGE_WITH_PADDING : BlockedPool.Kind.AVERAGE;
        return pool(n, in, kind, p.window());
      }
      if (op instanceof GlobalAveragePool && x.size(2, 4) <= MOST_SUMMED) {
        Window whole = new Window(x.dim(2), x.dim(3), 1, 1, 0, 0, 0, 0, 1, 1);
        return pool(n, in, BlockedPool.Kind.AVERAGE, whole);
      }
      return sameOperator(n, in) ? same(n, in) : null;
    }

    /** Whether the operator can be left as it is, on blocks in the place of planes. */
    final boolean sameOperator(Node n, List<Value> in) {
      Op op = n.op();
      if (op instanceof Elementwise) {
        return true;
      }
      Shape first = shapes.get(n.inputs().get(0));
      if (op instanceof Add || op instanceof Sum || op instanceof Mul) {
        return n.inputs().stream().allMatch(v -> shapes.get(v).equals(first));
      }
      // All but the last must fill their blocks, else there would be gaps between channels.
      return op instanceof Concat c
          && Math.floorMod(c.axis(), 4) == 1
          && in.stream().allMatch(blocked::containsKey)
          && n.inputs().subList(0, in.size() - 1).stream()
              .allMatch(v -> shapes.get(v).dim(1) % lanes == 0);
    }

    /** A transposed convolution in one group, whose weights are packed when they are used. */
    final List<Value> transposed(Node n, List<Value> in, ConvTranspose c) {
      Shape y = shapes.get(n.outputs().get(0));
      Shape w = shapes.get(n.inputs().get(1));
      Window g = c.window();
      if (!fits(n.inputs().get(0))
          || !BlockedConvolution.hasGradients(g, c.groups(), y, w, lanes)
          || 2 * y.dim(1) < lanes) {
        return null;
      }
      BlockedConvolution adjoint = new BlockedConvolution(g, y.dim(1), w.dim(0), Algorithm.DIRECT);
      List<Value> operands = new ArrayList<>(in);
      operands.set(0, inBlocks(in.get(0)));
      BlockedConvTranspose op =
          new BlockedConvTranspose(adjoint, lanes, in.size() == 3, y.dim(2), y.dim(3));
      return plain(n, extra(n.name() + ".blocked", op, operands.toArray(Value[]::new)));
    }

    final List<Value> same(Node n, List<Value> in) {
      Op op = n.op() instanceof Concat ? new Concat(1) : n.op();
      Value[] operands = new Value[in.size()];
      for (int i = 0; i < operands.length; i++) {
        operands[i] = inBlocks(in.get(i));
      }
      return plain(n, extra(n.name() + ".blocked", op, operands));
    }

    final List<Value> pool(Node n, List<Value> in, BlockedPool.Kind kind, Window g) {
      Shape y = shapes.get(n.outputs().get(0));
      BlockedPool pool = new BlockedPool(kind, g, y.dim(2), y.dim(3));
      return plain(n, extra(n.name() + ".blocked", pool, inBlocks(in.get(0))));
    }

    final Value inBlocks(Value v) {
      return blocked.computeIfAbsent(v, k -> extra(k.name() + ".blocked", new ToBlocked(lanes), k));
    }

    /** The outputs of an old node, from its only one in blocks. */
    final List<Value> plain(Node n, Value y) {
      int channels = shapes.get(n.outputs().get(0)).dim(1);
      List<Value> out = instead(n, new FromBlocked(channels), List.of(y));
      // A value that is asked for stays on the way to those who read it, or it would have no
      // gradient, and nobody who needs it.
      if (!kept.contains(n.outputs().get(0).name())) {
        blocked.put(out.get(0), y);
      }
      return out;
    }
  }

  private final class InferenceSweep extends Sweep {

    InferenceSweep(Graph graph, List<Shape> inputs, Set<String> kept) {
      super(graph, inputs, kept);
    }

    @Override
    List<Value> replace(Node n, List<Value> in) {
      Op op = n.op();
      if (!fits(n.outputs().get(0))) {
        return null;
      }
      if (op instanceof Conv c) {
        return convolution(n, in, new FusedConv(c, in.size() == 3, false, null));
      }
      if (op instanceof FusedConv c) {
        return convolution(n, in, c);
      }
      if (op instanceof ConvTranspose c) {
        return transposed(n, in, c);
      }
      if (in.stream().noneMatch(blocked::containsKey)) {
        return null;
      }
      if (op instanceof BatchNormalization b) {
        return normalization(n, in, b);
      }
      if (op instanceof Elementwise f && isOnlyFor(n.inputs().get(0), n)) {
        Node before = maker(blocked.get(in.get(0)));
        if (before.op() instanceof BlockedConv c && c.activation() == null) {
          return finished(n, before, c, f);
        }
      }
      return alike(n, in);
    }

    /** An activation becomes a part of the convolution, mostly a normalisation, before it. */
    private List<Value> finished(Node n, Node before, BlockedConv c, Elementwise f) {
      BlockedConv whole = new BlockedConv(c.convolution(), lanes, c.bias(), c.branch(), f);
      Value[] operands = before.inputs().toArray(Value[]::new);
      return plain(n, extra(n.name() + ".blocked", whole, operands));
    }

    /** A factor and a term for each channel: a depthwise convolution with one tap. */
    private List<Value> normalization(Node n, List<Value> in, BatchNormalization b) {
      if (in.subList(1, 5).stream().anyMatch(v -> v.tensor() == null)) {
        return null;
      }
      int channels = shapes.get(n.inputs().get(0)).dim(1);
      Tensor factor = Tensor.zeros(blocks(channels) * lanes);
      Tensor term = Tensor.zeros(blocks(channels) * lanes);
      for (int c = 0; c < channels; c++) {
        double f =
            in.get(1).tensor().get(c) / Math.sqrt((double) in.get(4).tensor().get(c) + b.epsilon());
        factor.array()[c] = (float) f;
        term.array()[c] = (float) (in.get(2).tensor().get(c) - f * in.get(3).tensor().get(c));
      }
      BlockedConvolution how =
          new BlockedConvolution(Window.square(1, 1, 0), channels, channels, Algorithm.DEPTHWISE);
      Value w = tensor(in.get(1), ".factor", factor);
      Value t = tensor(in.get(2), ".term", term);
      BlockedConv conv = new BlockedConv(how, lanes, true, false, null);
      return plain(n, extra(n.name() + ".blocked", conv, inBlocks(in.get(0)), w, t));
    }

    private List<Value> convolution(Node n, List<Value> in, FusedConv c) {
      Value weights = in.get(1);
      Shape x = shapes.get(n.inputs().get(0));
      boolean constant = weights.tensor() != null && (!c.bias() || in.get(2).tensor() != null);
      if (!constant || !fits(n.inputs().get(0))) {
        return null;
      }
      Optional<BlockedConvolution> how =
          BlockedConvolution.of(c.conv().window(), c.conv().groups(), x, weights.shape(), winograd);
      if (how.isEmpty()) {
        return null;
      }
      List<Value> operands = new ArrayList<>();
      boolean planar =
          x.dim(1) < lanes
              && how.get().algorithm() == Algorithm.DIRECT
              && !blocked.containsKey(in.get(0));
      operands.add(planar ? in.get(0) : inBlocks(in.get(0)));
      operands.add(tensor(weights, ".packed", packed(weights.tensor(), how.get())));
      if (c.bias()) {
        operands.add(tensor(in.get(2), ".packed", padded(in.get(2).tensor())));
      }
      if (c.residual()) {
        operands.add(inBlocks(in.get(in.size() - 1)));
      }
      BlockedConv conv = new BlockedConv(how.get(), lanes, c.bias(), c.residual(), c.activation());
      return plain(n, extra(n.name() + ".blocked", conv, operands.toArray(Value[]::new)));
    }

    private Tensor padded(Tensor bias) {
      Tensor t = Tensor.zeros(blocks(bias.size()) * lanes);
      t.slice(0, bias.size()).copyFrom(bias);
      return t;
    }
  }

  private final class TrainingSweep extends Sweep {

    TrainingSweep(Graph graph, List<Shape> inputs, Set<String> kept) {
      super(graph, inputs, kept);
    }

    @Override
    List<Value> replace(Node n, List<Value> in) {
      if (!fits(n.outputs().get(0))) {
        return null;
      }
      if (n.op() instanceof Conv c) {
        return convolution(n, in, c);
      }
      if (n.op() instanceof ConvTranspose c) {
        return transposed(n, in, c);
      }
      if (in.stream().noneMatch(blocked::containsKey)) {
        return null;
      }
      if (n.op() instanceof BatchNormalization b) {
        return normalization(n, b, inBlocks(in.get(0)), in.subList(1, 5));
      }
      if (n.op() instanceof Relu && isOnlyFor(n.inputs().get(0), n)) {
        Node before = maker(blocked.get(in.get(0)));
        if (before.op() instanceof BlockedNormalization b && !b.rectified()) {
          List<Value> operands = before.inputs();
          BlockedNormalization whole = new BlockedNormalization(b.norm(), true);
          return plain(n, extra(n.name() + ".blocked", whole, operands.toArray(Value[]::new)));
        }
      }
      return alike(n, in);
    }

    private List<Value> normalization(Node n, BatchNormalization b, Value x, List<Value> channels) {
      List<Value> operands = new ArrayList<>(List.of(x));
      operands.addAll(channels);
      BlockedNormalization op = new BlockedNormalization(b, false);
      return plain(n, extra(n.name() + ".blocked", op, operands.toArray(Value[]::new)));
    }

    private List<Value> convolution(Node n, List<Value> in, Conv c) {
      Shape x = shapes.get(n.inputs().get(0));
      Shape w = shapes.get(n.inputs().get(1));
      if (!fits(n.inputs().get(0))
          || !BlockedConvolution.hasGradients(c.window(), c.groups(), x, w, lanes)) {
        return null;
      }
      Optional<BlockedConvolution> how =
          BlockedConvolution.of(c.window(), c.groups(), x, w, winograd);
      if (how.isEmpty()) {
        return null;
      }
      boolean planar =
          x.dim(1) < lanes
              && how.get().algorithm() == Algorithm.DIRECT
              && !blocked.containsKey(in.get(0));
      List<Value> operands = new ArrayList<>(in);
      operands.set(0, planar ? in.get(0) : inBlocks(in.get(0)));
      BlockedLearntConv conv = new BlockedLearntConv(how.get(), lanes, in.size() == 3);
      return plain(n, extra(n.name() + ".blocked", conv, operands.toArray(Value[]::new)));
    }
  }
}
