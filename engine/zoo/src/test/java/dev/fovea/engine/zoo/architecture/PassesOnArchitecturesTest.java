package dev.fovea.engine.zoo.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.FusedConv;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Architectures in the form for inference: fewer nodes, the same logits. */
class PassesOnArchitecturesTest {

  private static final long SEED = 5;
  private static final int CLASSES = 10;

  /** Differences are measured in units of the largest logit. */
  private static final double TOLERANCE = 2e-5;

  /** Nodes before and after, of these fused convolutions; counted by hand for ResNet-20. */
  @ParameterizedTest
  @CsvSource({
    "resnet20, 32",
    "resnet18, 64",
    "mobilenet1, 64",
    "mobilenet2, 64",
    "densenet121, 64",
    "googlenet, 64",
    "squeezenet1.1, 64",
    "fractalnet20, 32"
  })
  void theSameLogitsFromFewerNodes(String name, int size) {
    Graph trained =
        Architectures.named(name)
            .build(3, size, size, CLASSES, SEED)
            .withOutputs(Architecture.LOGITS, Architecture.PROBABILITIES);
    Tensor images = Networks.noise(Shape.of(2, 3, size, size), SEED);
    Networks.normalise(trained, images, SEED);
    Graph graph = Passes.forInference(trained);
    assertSame(graph, Passes.forInference(graph));

    Tensor expected = logits(trained, images);
    Tensor found = logits(graph, images);
    double largest = difference(expected, Tensor.zeros(expected.shape()));
    double difference = difference(expected, found);
    // On channel-blocked images, where the backend has them, and with Winograd's transforms.
    Tensor opened = Passes.open(trained, SessionOptions.inference()).forward(images).get(0);
    assertTrue(difference(expected, opened) <= 5 * TOLERANCE * largest);
    long fused = graph.nodes().stream().filter(n -> n.op() instanceof FusedConv).count();
    System.out.printf(
        Locale.ROOT,
        "%s, seed %d: %d nodes, then %d, of these %d fused; logits up to %.3g, difference %.1e%n",
        name,
        SEED,
        trained.nodes().size(),
        graph.nodes().size(),
        fused,
        largest,
        difference);
    assertTrue(largest > 1e-3, "logits are no test");
    assertTrue(difference <= TOLERANCE * largest, difference + " of " + largest);
    assertTrue(fused > 0 && graph.nodes().size() < trained.nodes().size());
    if (!name.equals("densenet121")) {
      // There, normalisations stand before the convolutions.
      assertTrue(graph.nodes().stream().noneMatch(n -> n.op() instanceof BatchNormalization));
    }
    if (name.equals("resnet20")) {
      // 19 convolutions (2 shortcuts take no weights), a dense layer, and what is between.
      assertEquals(19, fused);
    }
  }

  private static double difference(Tensor expected, Tensor found) {
    double difference = 0;
    for (int i = 0; i < found.size(); i++) {
      difference = Math.max(difference, Math.abs((double) expected.get(i) - found.get(i)));
    }
    return difference;
  }

  private static Tensor logits(Graph graph, Tensor images) {
    Session session = new Session(graph, SessionOptions.inference(), images.shape());
    return session.forward(images).copy();
  }
}
