package dev.fovea.benchmarks;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.fovea.benchmarks.peer.Contender;
import dev.fovea.benchmarks.peer.NetworkPeer;
import dev.fovea.engine.onnxruntime.OnnxRuntime;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * ONNX Runtime, by its own interface and not by our module for it: inputs and outputs lie in native
 * memory for good, so that nothing but the network is timed.
 */
public final class OnnxRuntimePeer implements NetworkPeer {

  /** As users type it. */
  static final String NAME = "onnxruntime";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> unavailableBecause() {
    return new OnnxRuntime().unavailableBecause();
  }

  @Override
  public Contender open(String name, byte[] model, Tensor x, int threads) throws IOException {
    try {
      return new Run(model, x, threads);
    } catch (OrtException e) {
      throw new IOException(name + ": ONNX Runtime: " + e.getMessage(), e);
    }
  }

  private static final class Run implements Contender {
    private final OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();
    private final FloatBuffer first;

    Run(byte[] model, Tensor x, int threads) throws OrtException {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      // Its threads may spin while it runs, but not for long after: they did for a fifth of a
      // second,
      // on the core that the other side's second thread wants.
      options.addConfigEntry("session.force_spinning_stop", "1");
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      session = environment.createSession(model, options);
      FloatBuffer in = direct(x.size());
      in.put(x.array()).rewind();
      String input = session.getInputNames().iterator().next();
      inputs.put(input, OnnxTensor.createTensor(environment, in, longs(x.shape().toArray())));
      FloatBuffer buffer = null;
      // The extents of the outputs are known after a run.
      try (OrtSession.Result shapes = session.run(inputs)) {
        for (Map.Entry<String, NodeInfo> output : session.getOutputInfo().entrySet()) {
          long[] shape =
              ((TensorInfo) shapes.get(output.getKey()).orElseThrow().getInfo()).getShape();
          FloatBuffer out = direct((int) Arrays.stream(shape).reduce(1, (a, b) -> a * b));
          outputs.put(output.getKey(), OnnxTensor.createTensor(environment, out, shape));
          buffer = buffer == null ? out : buffer;
        }
      }
      first = buffer;
    }

    private static FloatBuffer direct(int size) {
      return ByteBuffer.allocateDirect(Float.BYTES * size)
          .order(ByteOrder.nativeOrder())
          .asFloatBuffer();
    }

    private static long[] longs(int[] shape) {
      return Arrays.stream(shape).asLongStream().toArray();
    }

    @Override
    public void run() {
      try {
        // Outputs that were handed in are not closed with the result.
        session.run(inputs, outputs).close();
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
      }
    }

    @Override
    public float[] result() {
      float[] copy = new float[first.capacity()];
      first.get(0, copy);
      return copy;
    }

    @Override
    public void close() {
      inputs.values().forEach(OnnxTensor::close);
      outputs.values().forEach(OnnxTensor::close);
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
      } finally {
        options.close();
      }
    }
  }
}
