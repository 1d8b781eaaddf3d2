package dev.fovea.engine.op;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All operators, one line each. */
public final class Ops {

  private static final List<OpSpec<?>> ALL =
      List.of(
          Abs.SPEC,
          Acos.SPEC,
          Acosh.SPEC,
          Add.SPEC,
          AffineGrid.SPEC,
          ArgMax.SPEC,
          ArgMin.SPEC,
          Asin.SPEC,
          Asinh.SPEC,
          Atan.SPEC,
          Atanh.SPEC,
          AveragePool.SPEC,
          BatchNormalization.SPEC,
          Ceil.SPEC,
          Celu.SPEC,
          CenterCropPad.SPEC,
          Clip.SPEC,
          Concat.SPEC,
          Conv.SPEC,
          ConvTranspose.SPEC,
          Cos.SPEC,
          Cosh.SPEC,
          DepthToSpace.SPEC,
          Div.SPEC,
          Dropout.SPEC,
          Einsum.SPEC,
          Elu.SPEC,
          Erf.SPEC,
          Exp.SPEC,
          Expand.SPEC,
          EyeLike.SPEC,
          Flatten.SPEC,
          Floor.SPEC,
          GRU.SPEC,
          Gather.SPEC,
          GatherElements.SPEC,
          GatherND.SPEC,
          Gelu.SPEC,
          Gemm.SPEC,
          GlobalAveragePool.SPEC,
          GlobalLpPool.SPEC,
          GlobalMaxPool.SPEC,
          GridSample.SPEC,
          GroupNormalization.SPEC,
          HardSigmoid.SPEC,
          HardSwish.SPEC,
          Hardmax.SPEC,
          InstanceNormalization.SPEC,
          LRN.SPEC,
          LSTM.SPEC,
          LayerNormalization.SPEC,
          LeakyRelu.SPEC,
          Log.SPEC,
          LogSoftmax.SPEC,
          LpNormalization.SPEC,
          LpPool.SPEC,
          MatMul.SPEC,
          Max.SPEC,
          MaxPool.SPEC,
          MaxRoiPool.SPEC,
          MaxUnpool.SPEC,
          Mean.SPEC,
          MeanVarianceNormalization.SPEC,
          Min.SPEC,
          Mish.SPEC,
          Mul.SPEC,
          Neg.SPEC,
          NegativeLogLikelihoodLoss.SPEC,
          NonMaxSuppression.SPEC,
          PRelu.SPEC,
          Pad.SPEC,
          Pow.SPEC,
          RMSNormalization.SPEC,
          RNN.SPEC,
          Reciprocal.SPEC,
          ReduceL1.SPEC,
          ReduceL2.SPEC,
          ReduceLogSum.SPEC,
          ReduceLogSumExp.SPEC,
          ReduceMax.SPEC,
          ReduceMean.SPEC,
          ReduceMin.SPEC,
          ReduceProd.SPEC,
          ReduceSum.SPEC,
          ReduceSumSquare.SPEC,
          Relu.SPEC,
          Reshape.SPEC,
          Resize.SPEC,
          ReverseSequence.SPEC,
          RoiAlign.SPEC,
          Round.SPEC,
          ScatterElements.SPEC,
          ScatterND.SPEC,
          Selu.SPEC,
          Shrink.SPEC,
          Sigmoid.SPEC,
          Sign.SPEC,
          Sin.SPEC,
          Sinh.SPEC,
          Slice.SPEC,
          Softmax.SPEC,
          SoftmaxCrossEntropyLoss.SPEC,
          Softplus.SPEC,
          Softsign.SPEC,
          SpaceToDepth.SPEC,
          Split.SPEC,
          Sqrt.SPEC,
          Squeeze.SPEC,
          Sub.SPEC,
          Sum.SPEC,
          Swish.SPEC,
          Tan.SPEC,
          Tanh.SPEC,
          ThresholdedRelu.SPEC,
          Tile.SPEC,
          TopK.SPEC,
          Transpose.SPEC,
          Trilu.SPEC,
          Unsqueeze.SPEC,
          Where.SPEC);

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
