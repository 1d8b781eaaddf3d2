package dev.fovea.engine.testkit;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One operator run without a graph, every tensor in guarded memory of its own. */
final class OpRun implements Op.Forward, Op.Backward {

  /**
   * How to run.
   *
   * @param backend where
   * @param threads number of threads
   * @param training whether it is a training run
   * @param offset where tensors start in their storage
   * @param keep whether there is memory for a backward run
   * @param seed for random masks
   */
  record Setting(
      Backend backend, int threads, boolean training, int offset, boolean keep, long seed) {

    Setting withThreads(int n) {
      return new Setting(backend, n, training, offset, keep, seed);
    }

    Setting withOffset(int n) {
      return new Setting(backend, threads, training, n, keep, seed);
    }

    Setting withoutBackward() {
      return new Setting(backend, threads, training, offset, false, seed);
    }
  }

  private final Op op;
  private final Setting setting;
  private final Kernels kernels;
  private final List<GuardedTensor> inputs;
  private final List<GuardedTensor> outputs;
  private final List<GuardedTensor> saved;
  private final List<GuardedTensor> scratch;
  private List<GuardedTensor> cotangents = List.of();
  private List<GuardedTensor> gradients = List.of();

  OpRun(Op op, List<Tensor> inputs, Setting setting) {
    this.op = op;
    this.setting = setting;
    this.kernels = setting.backend.kernels(setting.threads);
    List<Shape> shapes = inputs.stream().map(Tensor::shape).toList();
    this.inputs = guarded(inputs);
    this.outputs = room(op.inferShapes(shapes));
    this.saved = room(setting.keep && !view() ? op.saved(shapes) : List.of());
    this.scratch = room(view() ? List.of() : op.scratch(shapes));
  }

  /** Whether an example has a gradient by an input. */
  static boolean differentiates(OpSpec.Example example, int input) {
    return example.operand(input).type() == ElementType.FLOAT
        && example.op().learns(input)
        && IntStream.range(0, outputNames("", example).size()).anyMatch(o -> isReal(example, o));
  }

  /** Whether an output of an example holds real numbers. */
  static boolean isReal(OpSpec.Example example, int output) {
    return example.op().outputType(output, example.types()) == ElementType.FLOAT;
  }

  /**
   * Names for the outputs of an example; the first is that of the node. One name where the shapes
   * are refused.
   */
  static List<String> outputNames(String node, OpSpec.Example example) {
    int outputs;
    try {
      outputs = example.op().inferShapes(example.inputs()).size();
    } catch (IllegalArgumentException | ArithmeticException refused) {
      outputs = 1;
    }
    return IntStream.range(0, outputs).mapToObj(o -> o == 0 ? node : node + "." + o).toList();
  }

  private List<GuardedTensor> room(List<Shape> shapes) {
    return shapes.stream().map(s -> new GuardedTensor(setting.backend, s, setting.offset)).toList();
  }

  private List<GuardedTensor> guarded(List<Tensor> host) {
    List<GuardedTensor> list = new ArrayList<>();
    for (Tensor t : host) {
      list.add(t == null ? null : new GuardedTensor(setting.backend, t, setting.offset));
    }
    return list;
  }

  private boolean view() {
    return op.isView(setting.training);
  }

  /** Runs forward; where a session would show the input under another shape, copies it. */
  OpRun forward() {
    if (view()) {
      kernels.axpby(1, input(0), 0, output(0));
    } else {
      op.forward(this);
    }
    return this;
  }

  /**
   * Runs backward.
   *
   * @param flowing cotangents of the outputs; null where there is none
   * @param start what the gradients hold before; null where a gradient is not wanted. Nothing runs
   *     where none is
   */
  OpRun backward(List<Tensor> flowing, List<Tensor> start) {
    cotangents = guarded(flowing);
    gradients = guarded(start);
    if (gradients.stream().allMatch(Objects::isNull)) {
      return this;
    }
    if (!view()) {
      op.backward(this);
    } else if (gradient(0) != null) {
      kernels.axpby(1, cotangent(0), 1, gradient(0));
    }
    return this;
  }

  /** Copies of the inputs as they are now. */
  List<Tensor> inputTensors() {
    return inputs.stream().map(GuardedTensor::get).toList();
  }

  /** Copies of the outputs, as a session shows them. */
  List<Tensor> outputTensors() {
    return IntStream.range(0, outputs.size())
        .mapToObj(i -> op.sizedByData(i) ? op.cut(i, outputs.get(i).get()) : outputs.get(i).get())
        .toList();
  }

  /** Copies of the cotangents as they are now. */
  List<Tensor> cotangentTensors() {
    return contents(cotangents);
  }

  /** Copies of the gradients; null where none was wanted. */
  List<Tensor> gradientTensors() {
    return contents(gradients);
  }

  private static List<Tensor> contents(List<GuardedTensor> tensors) {
    List<Tensor> list = new ArrayList<>();
    for (GuardedTensor t : tensors) {
      list.add(t == null ? null : t.get());
    }
    return list;
  }

  /** Whether nothing was written outside of any tensor. */
  boolean intact() {
    return Stream.of(inputs, outputs, saved, scratch, cotangents, gradients)
        .flatMap(List::stream)
        .allMatch(t -> t == null || t.intact());
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public int inputs() {
    return inputs.size();
  }

  @Override
  public Tensor input(int i) {
    return inputs.get(i).tensor();
  }

  @Override
  public Tensor output(int i) {
    return outputs.get(i).tensor();
  }

  @Override
  public Tensor saved(int i) {
    return i < saved.size() ? saved.get(i).tensor() : null;
  }

  @Override
  public Tensor scratch(int i) {
    return scratch.get(i).tensor();
  }

  @Override
  public Tensor cotangent(int i) {
    return cotangents.get(i) == null ? null : cotangents.get(i).tensor();
  }

  @Override
  public Tensor gradient(int i) {
    return gradients.get(i) == null ? null : gradients.get(i).tensor();
  }

  @Override
  public boolean training() {
    return setting.training;
  }

  @Override
  public long seed() {
    return setting.seed;
  }
}
