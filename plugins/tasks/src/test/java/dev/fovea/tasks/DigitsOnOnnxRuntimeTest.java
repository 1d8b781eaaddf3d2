package dev.fovea.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.image.data.Datasets;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.Classifier;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The built-in digits model read by ONNX Runtime: the same answer on every test image of MNIST. */
class DigitsOnOnnxRuntimeTest {
  private static final int BATCH = 500;

  @Test
  void bothReadAllTestDigitsAlike() throws IOException, OrtException {
    String data = System.getenv("FOVEA_DATA");
    Path folder = Path.of(data == null ? "" : data, "digits");
    assumeTrue(
        data != null && Files.isDirectory(folder),
        "skipped: FOVEA_DATA names no folder with the data set 'digits'");
    byte[] file;
    try (InputStream in = Models.class.getResourceAsStream("/dev/fovea/models/digits.onnx")) {
      file = in.readAllBytes();
    }
    ModelFile model = ModelFile.read(new ByteArrayInputStream(file), "digits");
    Classifier classifier = Classifier.of(model, SessionOptions.inference());
    ClassificationDataset digits = Datasets.openClassification(folder, "test");
    int differing = 0;
    int correct = 0;
    float largest = 0;
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(file, options)) {
      for (int first = 0; first < digits.size(); first += BATCH) {
        Tensor batch = Tensor.zeros(BATCH, 1, 28, 28);
        for (int i = 0; i < BATCH; i++) {
          batch.slice(i, i + 1).copyFrom(classifier.prepare(digits.image(first + i)));
        }
        Tensor ours = classifier.probabilities(batch);
        float[][] theirs = run(environment, session, batch);
        for (int i = 0; i < BATCH; i++) {
          float[] mine = ours.slice(i, i + 1).toArray();
          differing += best(mine) == best(theirs[i]) ? 0 : 1;
          correct += best(mine) == digits.label(first + i) ? 1 : 0;
          for (int c = 0; c < mine.length; c++) {
            largest = Math.max(largest, Math.abs(mine[c] - theirs[i][c]));
          }
        }
      }
    }
    System.out.printf(
        "%d digits, %d right, %d differing predictions, largest difference %.2g%n",
        digits.size(), correct, differing, largest);
    assertEquals(0, differing);
    assertTrue(largest <= 1e-4, "largest difference " + largest);
    assertTrue(correct >= 9900, correct + " right");
  }

  private static float[][] run(OrtEnvironment environment, OrtSession session, Tensor batch)
      throws OrtException {
    long[] shape = {BATCH, 1, 28, 28};
    try (OnnxTensor input =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(batch.array()), shape);
        OrtSession.Result result =
            session.run(Map.of(session.getInputNames().iterator().next(), input))) {
      return (float[][]) result.get(0).getValue();
    }
  }

  private static int best(float[] p) {
    int best = 0;
    for (int i = 1; i < p.length; i++) {
      best = p[i] > p[best] ? i : best;
    }
    return best;
  }
}
