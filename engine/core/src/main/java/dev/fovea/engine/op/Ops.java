package dev.fovea.engine.op;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All operators, one line each. */
public final class Ops {

  private static final List<OpSpec<?>> ALL =
      List.of(
          Add.SPEC,
          AveragePool.SPEC,
          BatchNormalization.SPEC,
          Concat.SPEC,
          Conv.SPEC,
          ConvTranspose.SPEC,
          Dropout.SPEC,
          Flatten.SPEC,
          Gemm.SPEC,
          GlobalAveragePool.SPEC,
          GlobalLpPool.SPEC,
          GlobalMaxPool.SPEC,
          LeakyRelu.SPEC,
          LpPool.SPEC,
          MatMul.SPEC,
          MaxPool.SPEC,
          Mul.SPEC,
          Relu.SPEC,
          Reshape.SPEC,
          Resize.SPEC,
          Sigmoid.SPEC,
          Softmax.SPEC,
          Tanh.SPEC);

  private static final Map<String, OpSpec<?>> BY_NAME =
      ALL.stream().collect(Collectors.toUnmodifiableMap(OpSpec::name, Function.identity()));

  private Ops() {}

  /** Every operator's specification, by name. */
  public static List<OpSpec<?>> all() {
    return ALL;
  }

  /** The specification of an ONNX operator name, or null if there is none. */
  public static OpSpec<?> named(String name) {
    return BY_NAME.get(name);
  }
}
