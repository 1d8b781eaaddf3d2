package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs ONNX files on ONNX Runtime, the independent judge of what a file means. */
final class OrtRun {

  private OrtRun() {}

  /** The outputs of a model by name; everything native is closed on every path. */
  static Map<String, Tensor> run(byte[] model, Map<String, Tensor> inputs) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      try (OrtSession session = environment.createSession(model, options)) {
        for (Map.Entry<String, Tensor> in : inputs.entrySet()) {
          long[] dims = Arrays.stream(in.getValue().shape().toArray()).asLongStream().toArray();
          tensors.put(
              in.getKey(),
              OnnxTensor.createTensor(
                  environment, FloatBuffer.wrap(in.getValue().toArray()), dims));
        }
        try (OrtSession.Result result = session.run(tensors)) {
          Map<String, Tensor> outputs = new LinkedHashMap<>();
          result.forEach(e -> outputs.put(e.getKey(), tensor((OnnxTensor) e.getValue())));
          return outputs;
        }
      }
    } catch (OrtException e) {
      return fail("ONNX Runtime refuses: " + e.getMessage(), e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private static Tensor tensor(OnnxTensor t) {
    FloatBuffer b = t.getFloatBuffer();
    float[] values = new float[b.remaining()];
    b.get(values);
    int[] dims = Arrays.stream(t.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
    return Tensor.of(Shape.of(dims), values);
  }

  /**
   * Asserts equal shapes and a difference of at most {@code 1e-4 * max(1, |expected|)}.
   *
   * @return the largest absolute difference
   */
  static double assertClose(String what, Tensor expected, Tensor found) {
    assertEquals(expected.shape(), found.shape(), what);
    double max = 0;
    for (int i = 0; i < expected.size(); i++) {
      double difference = Math.abs((double) expected.get(i) - found.get(i));
      if (!(difference <= 1e-4 * Math.max(1, Math.abs(expected.get(i))))) {
        fail(
            what
                + ": element "
                + i
                + " of "
                + expected.shape()
                + ": expected "
                + expected.get(i)
                + ", found "
                + found.get(i));
      }
      max = Math.max(max, difference);
    }
    return max;
  }
}
