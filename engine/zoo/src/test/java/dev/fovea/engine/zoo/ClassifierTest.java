package dev.fovea.engine.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Orientation;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.architecture.Architecture;
import dev.fovea.engine.zoo.architecture.LeNet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The classifier an application embeds, on a LeNet with its first weights. */
class ClassifierTest {

  private static final Preprocessing DIGITS =
      Preprocessing.unit(Preprocessing.Channels.GREY, 28, 28, Preprocessing.Resize.STRETCH);

  @TempDir Path folder;

  private static Graph network() {
    return new LeNet().build(1, 28, 28, 3, 5);
  }

  private static ModelCard card(ModelCard.Task task, String... classes) {
    return new ModelCard("test", task, List.of(classes), DIGITS, Map.of());
  }

  private static ModelFile model() {
    return new ModelFile(network(), card(ModelCard.Task.CLASSIFICATION, "a", "b", "c"));
  }

  private static Image noise(long seed, int width, int height) {
    byte[] pixels = new byte[width * height];
    new Random(seed).nextBytes(pixels);
    return Image.ofUint8(width, height, pixels);
  }

  @Test
  void sortsClassesByProbability() {
    Classifier classifier = Classifier.of(model(), SessionOptions.inference());
    for (int seed = 0; seed < 5; seed++) {
      List<Prediction> all = classifier.classify(noise(seed, 28, 28));
      assertEquals(3, all.size());
      assertEquals(1, all.stream().mapToDouble(Prediction::probability).sum(), 1e-6);
      for (int i = 1; i < 3; i++) {
        assertTrue(all.get(i - 1).probability() >= all.get(i).probability());
      }
      all.forEach(p -> assertEquals("abc".substring(p.index(), p.index() + 1), p.label()));
    }
  }

  @Test
  void aBatchSaysTheSameAsItsImages() {
    Classifier classifier = Classifier.of(model(), SessionOptions.inference());
    Tensor batch = Tensor.zeros(4, 1, 28, 28);
    for (int i = 0; i < 4; i++) {
      batch.slice(i, i + 1).copyFrom(classifier.prepare(noise(i, 40, 31)));
    }
    Tensor together = classifier.probabilities(batch);
    for (int i = 0; i < 4; i++) {
      assertArrayEquals(
          classifier.probabilities(batch.slice(i, i + 1)).toArray(),
          together.slice(i, i + 1).toArray(),
          1e-6f);
    }
  }

  @Test
  void manyThreadsGetWhatOneGets() {
    Classifier classifier = Classifier.of(model(), SessionOptions.inference());
    List<List<Prediction>> one =
        IntStream.range(0, 40).mapToObj(i -> classifier.classify(noise(i, 28, 28))).toList();
    List<List<Prediction>> many =
        IntStream.range(0, 40)
            .parallel()
            .mapToObj(i -> classifier.classify(noise(i, 28, 28)))
            .toList();
    assertEquals(one, many);
  }

  @Test
  void tenCropsOfTheImagesOwnSizeAreItAndItsMirrorImage() {
    Classifier classifier = Classifier.of(model(), SessionOptions.inference());
    Image image = noise(4, 28, 28);
    float[] plain = classifier.probabilities(classifier.prepare(image)).toArray();
    Image mirrored = Orientation.FLIP_HORIZONTAL.apply(image);
    float[] other = classifier.probabilities(classifier.prepare(mirrored)).toArray();
    for (Prediction p : classifier.classifyTenCrops(image, 1)) {
      assertEquals((plain[p.index()] + other[p.index()]) / 2, p.probability(), 1e-6);
    }
    // Enlarged, the crops show other parts.
    List<Prediction> ten = classifier.classifyTenCrops(image, 8 / 7.0);
    assertEquals(1, ten.stream().mapToDouble(Prediction::probability).sum(), 1e-5);
    assertNotEquals(ten, classifier.classifyTenCrops(image, 1));
    assertThrows(IllegalArgumentException.class, () -> classifier.classifyTenCrops(image, 0.9));
  }

  @Test
  void survivesTheFile() throws IOException {
    Path file = folder.resolve("model.onnx");
    model().write(file);
    Image image = noise(9, 28, 28);
    assertEquals(
        Classifier.of(model(), SessionOptions.inference()).classify(image),
        Classifier.load(file).classify(image));
  }

  @Test
  void explanationsStartBeforeTheSoftmax() {
    Graph g = network();
    assertEquals(Architecture.LOGITS, Classifier.scores(g).name());
    Value logits = Classifier.scores(g.withOutputs(Architecture.LOGITS));
    assertEquals(Architecture.LOGITS, logits.name());
  }

  @Test
  void refusesModelsThatAreNoClassifiers() {
    expectRefusal(new ModelFile(network(), null), "found none");
    expectRefusal(
        new ModelFile(network(), card(ModelCard.Task.SEGMENTATION, "a", "b", "c")), "SEGMENTATION");
    expectRefusal(
        new ModelFile(network(), card(ModelCard.Task.CLASSIFICATION, "a", "b")), "[N, 2]");
  }

  private static void expectRefusal(ModelFile model, String found) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> Classifier.of(model, SessionOptions.inference()));
    assertTrue(e.getMessage().contains(found), e.getMessage());
  }
}
