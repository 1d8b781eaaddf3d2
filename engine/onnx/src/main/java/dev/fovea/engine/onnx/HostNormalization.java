package dev.fovea.engine.onnx;

import java.util.List;

/** Batch normalisation in training, which moves running statistics that are outputs here. */
final class HostNormalization {

  private static final double EPSILON = 1e-5;

  /** Since this opset an attribute says whether a node is for a training. */
  private static final int TRAINING_MODE = 14;

  private HostNormalization() {}

  /** Whether a node is for a training; up to opset 13, one that asks for the statistics is. */
  static boolean trains(NodeCall call) {
    return call.node().getOpType().equals("BatchNormalization")
        && (call.flag("training_mode", false)
            || (call.opset() < TRAINING_MODE
                && call.node().getOutputList().stream().skip(1).anyMatch(s -> !s.isEmpty())));
  }

  /**
   * Batch normalisation by the statistics of the batch itself: {@code (x - mean) / sqrt(variance +
   * epsilon) * scale + bias} for each channel; then the running means and variances, moved by
   * {@code 1 - momentum} towards those of the batch; and these themselves, for early files.
   */
  static List<OnnxTensor> batch(NodeCall call) {
    OnnxTensor x = call.in(0);
    Places.Cut cut = Places.Cut.of(x.shape(), 1);
    int n = cut.outer() * cut.inner();
    double[] mean = new double[cut.along()];
    double[] variance = new double[cut.along()];
    for (int i = 0; i < x.size(); i++) {
      mean[channel(cut, i)] += x.real(i) / n;
    }
    for (int i = 0; i < x.size(); i++) {
      double d = x.real(i) - mean[channel(cut, i)];
      variance[channel(cut, i)] += d * d / n;
    }
    double epsilon = call.real("epsilon", EPSILON);
    double kept = call.real("momentum", 0.9f);
    OnnxTensor scale = call.in(1);
    OnnxTensor bias = call.in(2);
    return List.of(
        OnnxTensor.reals(
            x.type(),
            x.shape(),
            i -> {
              int c = channel(cut, i);
              double normal = (x.real(i) - mean[c]) / Math.sqrt(variance[c] + epsilon);
              return normal * scale.real(c) + bias.real(c);
            }),
        moved(call.in(3), mean, kept),
        moved(call.in(4), variance, kept),
        OnnxTensor.reals(call.in(3).type(), call.in(3).shape(), c -> mean[c]),
        OnnxTensor.reals(call.in(4).type(), call.in(4).shape(), c -> variance[c]));
  }

  private static int channel(Places.Cut cut, int i) {
    return i / cut.inner() % cut.along();
  }

  private static OnnxTensor moved(OnnxTensor running, double[] found, double kept) {
    return OnnxTensor.reals(
        running.type(), running.shape(), c -> kept * running.real(c) + (1 - kept) * found[c]);
  }
}
