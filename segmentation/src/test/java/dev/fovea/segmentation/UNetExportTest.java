package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An exported U-Net gives the same probabilities in ONNX Runtime, at any size. */
class UNetExportTest {
  @ParameterizedTest
  @EnumSource(UNet.Upsampling.class)
  void runsInOnnxRuntime(UNet.Upsampling upsampling) throws OrtException {
    Random random = TestMaps.random(101);
    Graph graph = new UNet(3, 3, 6, 3, 16, upsampling).build(101);
    // As if trained: running statistics and scales that are not 0 and 1.
    for (Value buffer : graph.buffers()) {
      shake(buffer.tensor(), random, 0.5f);
    }
    for (Value parameter : graph.parameters()) {
      shake(parameter.tensor(), random, 0.1f);
    }
    byte[] file = new ModelFile(graph, null).toBytes();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(file, options)) {
        for (Shape shape : List.of(Shape.of(1, 3, 16, 16), Shape.of(2, 3, 40, 24))) {
          Tensor input = Tensor.zeros(shape);
          shake(input, random, 1);
          float[] found =
              new Session(graph, SessionOptions.inference(), shape).forward(input).toArray();
          assertArrayEquals(run(environment, session, input), found, 1e-4f);
        }
      }
    }
  }

  private static void shake(Tensor tensor, Random random, float by) {
    for (int i = 0; i < tensor.size(); i++) {
      tensor.array()[tensor.offset() + i] += by * random.nextFloat();
    }
  }

  private static float[] run(OrtEnvironment environment, OrtSession session, Tensor input)
      throws OrtException {
    Shape s = input.shape();
    long[] dims = {s.dim(0), s.dim(1), s.dim(2), s.dim(3)};
    FloatBuffer values = FloatBuffer.wrap(input.toArray());
    try (OnnxTensor tensor = OnnxTensor.createTensor(environment, values, dims);
        OrtSession.Result result = session.run(Map.of(UNet.INPUT, tensor))) {
      FloatBuffer out = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] probabilities = new float[out.remaining()];
      out.get(probabilities);
      return probabilities;
    }
  }
}
