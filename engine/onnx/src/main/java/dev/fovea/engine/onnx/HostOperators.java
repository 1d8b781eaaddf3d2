package dev.fovea.engine.onnx;

import dev.fovea.engine.onnx.OnnxTensor.Type;
import dev.fovea.engine.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongBinaryOperator;

/**
 * The operators that are computed outside the engine when a node runs on known tensors: those of
 * integers, truth values and numbers of 64 bits, which float32 does not hold, and those the size of
 * whose result is known only then.
 */
final class HostOperators {

  private HostOperators() {}

  /** Computes all outputs of a node. */
  interface Operator {
    List<OnnxTensor> run(NodeCall call) throws ModelFormatException;
  }

  /** Computes the only output of a node. */
  private interface Single {
    OnnxTensor run(NodeCall call) throws ModelFormatException;
  }

  /** Operators that the engine has no part in. */
  private static final Map<String, Operator> ALWAYS = new HashMap<>();

  /** Operators that the engine computes for real numbers of single precision. */
  private static final Map<String, Operator> NOT_SINGLE = new HashMap<>();

  static {
    relations();
    logic();
    generators();
    always("Cast", HostCasts::cast);
    always("CastLike", c -> HostCasts.cast(c.in(0), c.in(1).type()));
    always("BitCast", HostCasts::reinterpret);
    always("Mod", broadcasting(HostArithmetic::modulus));
    always("IsNaN", HostArithmetic::notANumber);
    always("IsInf", HostArithmetic::infinite);
    always("CumSum", c -> HostReductions.cumulate(c, HostArithmetic.ADD, 0));
    always("CumProd", c -> HostReductions.cumulate(c, HostArithmetic.MULTIPLY, 1));
    always("DFT", HostTransforms::dft);
    always("STFT", HostTransforms::stft);
    always("ImageDecoder", HostImages::decode);
    always("Det", HostMatrices::determinant);
    ALWAYS.put("LinearAttention", HostMatrices::linearAttention);
    always("TensorScatter", HostMovements::tensorScatter);
    always("NonZero", HostSelections::nonZero);
    always("Compress", HostSelections::compress);
    ALWAYS.put("Unique", HostSelections::unique);
    ALWAYS.put("Dropout", HostOperators::dropout);
    arithmetic();
    reductions();
  }

  private static void always(String name, Single operator) {
    ALWAYS.put(name, c -> List.of(operator.run(c)));
  }

  /** An operator on tensors that broadcast: small ones can make a large one. */
  private static Single broadcasting(Single operator) {
    return c -> {
      Shape s = Shape.SCALAR;
      for (OnnxTensor t : c.inputs()) {
        s = t == null ? s : Shape.broadcast(s, t.shape());
      }
      c.bounded(s.toArray());
      return operator.run(c);
    };
  }

  private static void notSingle(String name, Single operator) {
    NOT_SINGLE.put(name, c -> List.of(operator.run(c)));
  }

  private static void relations() {
    relation("Equal", c -> c == 0);
    relation("Less", c -> c < 0);
    relation("LessOrEqual", c -> c <= 0);
    relation("Greater", c -> c > 0);
    relation("GreaterOrEqual", c -> c >= 0);
  }

  private static void relation(String name, HostArithmetic.Relation r) {
    always(name, broadcasting(c -> HostArithmetic.relation(c, r)));
  }

  private static void logic() {
    bits("And", (a, b) -> a & b);
    bits("Or", (a, b) -> a | b);
    bits("Xor", (a, b) -> a ^ b);
    bits("BitwiseAnd", (a, b) -> a & b);
    bits("BitwiseOr", (a, b) -> a | b);
    bits("BitwiseXor", (a, b) -> a ^ b);
    always("Not", c -> HostArithmetic.truths(c.in(0).shape(), i -> c.in(0).integer(i) == 0));
    always("BitwiseNot", c -> HostArithmetic.unary(c.in(0), v -> ~v, HostOperators::noBits));
    always("BitShift", broadcasting(HostArithmetic::shift));
  }

  private static void bits(String name, LongBinaryOperator f) {
    HostArithmetic.Function function = new HostArithmetic.Function(f, (a, b) -> noBits(a));
    always(name, broadcasting(c -> HostArithmetic.binary(c.in(0), c.in(1), function)));
  }

  private static double noBits(double v) {
    throw new IllegalArgumentException(
        "expected integers or truth values, found a real number " + v);
  }

  private static void generators() {
    always("Shape", HostGenerators::shape);
    always("Size", HostGenerators::size);
    always("ConstantOfShape", HostGenerators::filled);
    always("Range", HostGenerators::range);
    always("EyeLike", HostGenerators::eye);
    always("OneHot", HostGenerators::oneHot);
    always("HannWindow", c -> HostGenerators.window(c, 0.5, 0.5, 0));
    always("HammingWindow", c -> HostGenerators.window(c, 25.0 / 46, 21.0 / 46, 0));
    always("BlackmanWindow", c -> HostGenerators.window(c, 0.42, 0.5, 0.08));
    always("MelWeightMatrix", HostGenerators::melWeights);
    always("RandomNormal", c -> HostGenerators.normal(c, false));
    always("RandomNormalLike", c -> HostGenerators.normal(c, true));
    always("RandomUniform", c -> HostGenerators.uniform(c, false));
    always("RandomUniformLike", c -> HostGenerators.uniform(c, true));
    always("Bernoulli", HostGenerators::bernoulli);
    always("Multinomial", HostGenerators::multinomial);
  }

  private static void arithmetic() {
    folding("Add", HostArithmetic.ADD);
    folding("Sub", HostArithmetic.SUBTRACT);
    folding("Mul", HostArithmetic.MULTIPLY);
    folding("Div", HostArithmetic.DIVIDE);
    folding("Sum", HostArithmetic.ADD);
    folding("Max", HostArithmetic.LARGER);
    folding("Min", HostArithmetic.SMALLER);
    notSingle("Mean", broadcasting(HostArithmetic::mean));
    notSingle("Pow", broadcasting(c -> HostArithmetic.power(c.in(0), c.in(1))));
    notSingle("Where", broadcasting(HostArithmetic::where));
    notSingle("Clip", broadcasting(HostArithmetic::clip));
    notSingle("Neg", c -> HostArithmetic.unary(c.in(0), v -> -v, v -> -v));
    notSingle("MatMul", HostMatrices::product);
    notSingle("Abs", HostOperators::magnitude);
    notSingle("Sign", HostOperators::sign);
    notSingle("Relu", c -> HostArithmetic.unary(c.in(0), v -> Math.max(0, v), v -> Math.max(0, v)));
  }

  private static void folding(String name, HostArithmetic.Function f) {
    notSingle(name, broadcasting(c -> HostArithmetic.fold(c, f)));
  }

  private static OnnxTensor magnitude(NodeCall call) {
    OnnxTensor t = call.in(0);
    return t.type().isUnsigned() ? t : HostArithmetic.unary(t, Math::abs, Math::abs);
  }

  private static OnnxTensor sign(NodeCall call) {
    boolean unsigned = call.in(0).type().isUnsigned();
    return HostArithmetic.unary(
        call.in(0), v -> unsigned ? (v == 0 ? 0 : 1) : Long.signum(v), Math::signum);
  }

  private static void reductions() {
    reduction("ReduceSum", HostReductions.SUM);
    reduction("ReduceProd", HostReductions.PRODUCT);
    reduction("ReduceMean", HostReductions.MEAN);
    reduction("ReduceMax", HostReductions.LARGEST);
    reduction("ReduceMin", HostReductions.SMALLEST);
    reduction("ReduceL1", HostReductions.L1);
    reduction("ReduceL2", HostReductions.L2);
    reduction("ReduceSumSquare", HostReductions.SUM_OF_SQUARES);
    reduction("ReduceLogSum", HostReductions.LOG_SUM);
    notSingle("ReduceLogSumExp", HostReductions::logSumExp);
    notSingle("ArgMax", c -> HostReductions.extremum(c, true));
    notSingle("ArgMin", c -> HostReductions.extremum(c, false));
    NOT_SINGLE.put("TopK", HostReductions::best);
  }

  private static void reduction(String name, HostReductions.Reduction r) {
    notSingle(name, c -> HostReductions.reduce(c, r));
  }

  /** Outside a training nothing is dropped. */
  private static List<OnnxTensor> dropout(NodeCall call) throws ModelFormatException {
    OnnxTensor training = call.optional(2);
    if (training != null && training.integer(0) != 0) {
      throw Unsupported.form(
          call.at(),
          "Dropout",
          new IllegalArgumentException("input 'training_mode': expected false, found true"));
    }
    // Up to opset 9 the mask was of the type of what is dropped.
    Type mask = call.opset() < 10 ? call.in(0).type() : Type.BOOL;
    return List.of(call.in(0), OnnxTensor.whole(mask, call.in(0).shape(), i -> 1));
  }

  /** What computes a node here; null if the engine is to. */
  static Operator find(NodeCall call) {
    Operator always = ALWAYS.get(call.node().getOpType());
    if (HostNormalization.trains(call)) {
      return HostNormalization::batch;
    }
    if (HostMovements.reshapesToNothing(call)) {
      return HostMovements::toNothing;
    }
    // The type of what is worked on decides, not that of axes or sizes; the engine makes no sense
    // of a reduction over nothing.
    OnnxTensor first = call.optional(0);
    boolean engine = first != null && first.type().isSingle() && first.size() > 0;
    switch (call.node().getOpType()) {
      case "Where" -> engine = call.in(1).type().isSingle();
      case "Pow" -> engine &= call.in(1).type().isSingle();
      default -> {}
    }
    return always != null || engine ? always : NOT_SINGLE.get(call.node().getOpType());
  }

  /** Whether a node of this operator can be run on known tensors. */
  static boolean knows(String operator) {
    return ALWAYS.containsKey(operator) || NOT_SINGLE.containsKey(operator);
  }
}
