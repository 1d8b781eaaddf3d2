package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToLongFunction;

/** Runs ONNX files on ONNX Runtime, the independent judge of what a file means. */
final class OrtRun {

  private OrtRun() {}

  private interface Opener {
    OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions options)
        throws OrtException;
  }

  /** The outputs of a model by name; everything native is closed on every path. */
  static Map<String, Tensor> run(byte[] model, Map<String, Tensor> inputs) {
    return run((environment, options) -> environment.createSession(model, options), inputs);
  }

  /** As for bytes; external data are found beside the file. */
  static Map<String, Tensor> run(Path model, Map<String, Tensor> inputs) {
    return run(
        (environment, options) -> environment.createSession(model.toString(), options), inputs);
  }

  private static Map<String, Tensor> run(Opener opener, Map<String, Tensor> inputs) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      try (OrtSession session = opener.open(environment, options)) {
        for (Map.Entry<String, Tensor> in : inputs.entrySet()) {
          TensorInfo info = (TensorInfo) session.getInputInfo().get(in.getKey()).getInfo();
          tensors.put(in.getKey(), tensor(environment, info.type, in.getValue()));
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

  /** Integers and truth values, held as floats, in the type that the model wants. */
  private static OnnxTensor tensor(OrtEnvironment environment, OnnxJavaType type, Tensor t)
      throws OrtException {
    long[] dims = Arrays.stream(t.shape().toArray()).asLongStream().toArray();
    float[] v = t.toArray();
    return switch (type) {
      case FLOAT -> OnnxTensor.createTensor(environment, FloatBuffer.wrap(v), dims);
      case INT64 -> {
        LongBuffer b = LongBuffer.allocate(v.length);
        for (float f : v) {
          b.put((long) f);
        }
        yield OnnxTensor.createTensor(environment, b.rewind(), dims);
      }
      case INT32 -> {
        IntBuffer b = IntBuffer.allocate(v.length);
        for (float f : v) {
          b.put((int) f);
        }
        yield OnnxTensor.createTensor(environment, b.rewind(), dims);
      }
      case BOOL -> {
        ByteBuffer b = ByteBuffer.allocateDirect(v.length);
        for (float f : v) {
          b.put((byte) f);
        }
        yield OnnxTensor.createTensor(environment, b.rewind(), dims, OnnxJavaType.BOOL);
      }
      default -> fail("no tensors of " + type + " here");
    };
  }

  private static Tensor tensor(OnnxTensor t) {
    float[] values =
        switch (t.getInfo().type) {
          case FLOAT -> {
            float[] v = new float[t.getFloatBuffer().remaining()];
            t.getFloatBuffer().get(v);
            yield v;
          }
          case INT64 -> floats(t.getLongBuffer().remaining(), i -> t.getLongBuffer().get(i));
          case INT32 -> floats(t.getIntBuffer().remaining(), i -> t.getIntBuffer().get(i));
          default -> floats(t.getByteBuffer().remaining(), i -> t.getByteBuffer().get(i));
        };
    int[] dims = Arrays.stream(t.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
    return Tensor.of(Shape.of(dims), values);
  }

  private static float[] floats(int n, IntToLongFunction element) {
    float[] v = new float[n];
    for (int i = 0; i < n; i++) {
      v[i] = element.applyAsLong(i);
    }
    return v;
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
