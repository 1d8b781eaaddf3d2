package dev.fovea.engine.onnxruntime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import dev.fovea.engine.onnx.OnnxTensor;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network on ONNX Runtime, with inputs and outputs as Fovea's engine has them.
 *
 * @param name for messages
 * @param network what runs
 */
record OrtInference(String name, OrtNetwork network) implements Inference {

  static OrtInference open(String name, int threads, OrtNetwork.Opener opener) throws IOException {
    try {
      return new OrtInference(name, OrtNetwork.open(name, threads, opener));
    } catch (OrtException e) {
      throw new IOException(name + ": ONNX Runtime cannot read it: " + OrtNetwork.oneLine(e), e);
    }
  }

  @Override
  public List<Tensor> forward(Tensor... tensors) {
    List<String> inputs = network.inputs();
    if (tensors.length != inputs.size()) {
      throw new IllegalArgumentException(
          name + ": found " + tensors.length + " inputs, expected " + inputs);
    }
    Map<String, OnnxTensor> given = new LinkedHashMap<>();
    for (int i = 0; i < tensors.length; i++) {
      String input = inputs.get(i);
      String label = network.label("input", input);
      TensorInfo info = network.input(input);
      requireShape(label, info, tensors[i]);
      given.put(input, OrtTensors.typed(label, OrtTensors.type(label, info), tensors[i]));
    }
    List<Tensor> outputs = new ArrayList<>();
    try {
      for (OnnxTensor out : network.run(given)) {
        outputs.add(OrtTensors.floats(name + ": output " + outputs.size(), out));
      }
    } catch (OrtException e) {
      throw new IllegalStateException(name + ": ONNX Runtime: " + OrtNetwork.oneLine(e), e);
    }
    return outputs;
  }

  /** Here and not in ONNX Runtime, which has other words for it. */
  private static void requireShape(String label, TensorInfo info, Tensor t) {
    long[] expected = info.getShape();
    boolean fits = expected.length == t.shape().rank();
    for (int d = 0; fits && d < expected.length; d++) {
      fits = expected[d] < 0 || expected[d] == t.shape().dim(d);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          label
              + ": found "
              + t.shape()
              + ", expected "
              + Arrays.toString(expected)
              + " (-1 is any)");
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
