package dev.fovea.engine.onnxruntime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.SessionPool;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.op.ArgMax;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Gather;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.op.Where;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.runtime.InferenceRuntime;
import dev.fovea.engine.runtime.InferenceRuntimes;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models on ONNX Runtime: the same results as on Fovea's own engine, and everything is closed. */
class OnnxRuntimeTest {
  private static final long SEED = 3;

  private final InferenceRuntime runtime = InferenceRuntimes.named("onnxruntime");

  @TempDir Path folder;

  private static Graph classifier() {
    Graph.Builder g = new Graph.Builder("classifier");
    Layers layers = new Layers(g, SEED);
    Value x = g.input("image", Shape.of(1, 3, 12, 10), "N", "", "", "");
    Value h = layers.conv("conv1", x, 6, 3, 1, 1, false);
    h = g.node("relu1", new Relu(), layers.batchNorm("bn1", h));
    h = g.node("pool1", MaxPool.square(2, 2, 0), h);
    h = g.node("flat", new Flatten(1), h);
    h = layers.dense("fc", h, 5, Initializer.xavier());
    return g.build(g.node("probabilities", new Softmax(-1), h), h);
  }

  private static Tensor random(Shape shape) {
    Random random = new Random(SEED);
    Tensor t = Tensor.zeros(shape);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = 2 * random.nextFloat() - 1;
    }
    return t;
  }

  private static void assertClose(List<Tensor> expected, List<Tensor> found) {
    assertEquals(expected.size(), found.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).shape(), found.get(i).shape());
      assertArrayEquals(expected.get(i).toArray(), found.get(i).toArray(), 1e-5f);
    }
  }

  @Test
  void agreesWithFoveasOwnEngine() throws IOException {
    Graph graph = classifier();
    ModelFile model = new ModelFile(graph, null);
    Path file = folder.resolve("classifier.onnx");
    model.write(file);
    try (Inference own = new SessionPool(graph, SessionOptions.inference());
        Inference fromBytes = runtime.open(model.toBytes(), "classifier", 1);
        Inference fromFile = runtime.open(file, 2)) {
      for (int batch : new int[] {1, 3}) {
        Tensor x = random(Shape.of(batch, 3, 12, 10));
        assertClose(own.forward(x), fromBytes.forward(x));
        assertClose(own.forward(x), fromFile.forward(x));
      }
    }
  }

  @Test
  void integersAndTruthValues() throws IOException {
    Graph.Builder g = new Graph.Builder("picks");
    Value x = g.input("x", Shape.of(4, 2), "", "");
    Value i = g.input("i", ElementType.INT64, Shape.of(2), "");
    Value mask = g.input("mask", ElementType.BOOL, Shape.of(2, 1), "", "");
    Value j = g.input("j", ElementType.INT32, Shape.of(2), "");
    Value first = g.node("first", new Gather(0), x, i);
    Value second = g.node("second", new Gather(0), x, j);
    Value y = g.node("either", new Where(), mask, first, second);
    Graph graph = g.build(y, g.node("largest", new ArgMax(0, false, false), x));
    Tensor[] inputs = {
      Tensor.of(Shape.of(4, 2), 0, 1, 2, 3, 4, 5, 6, -7),
      Tensor.of(Shape.of(2), 3, -1),
      Tensor.of(Shape.of(2, 1), 0, 1),
      Tensor.of(Shape.of(2), 2, 0)
    };
    try (Inference on = runtime.open(new ModelFile(graph, null).toBytes(), "picks", 1)) {
      List<Tensor> found = on.forward(inputs);
      assertArrayEquals(new float[] {4, 5, 6, -7}, found.get(0).toArray());
      assertArrayEquals(new float[] {3, 2}, found.get(1).toArray());
    }
  }

  private static void assertMessage(String part, Exception e) {
    assertTrue(e.getMessage().contains(part), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  @Test
  void whatCannotBeReadIsRefusedInOneLine() throws IOException {
    byte[] model = new ModelFile(classifier(), null).toBytes();
    byte[] cut = Arrays.copyOf(model, model.length / 2);
    assertMessage(
        "cut.onnx: ONNX Runtime cannot read it: ",
        assertThrows(IOException.class, () -> runtime.open(cut, "cut.onnx", 1)));
    Path text = Files.writeString(folder.resolve("text.onnx"), "hello");
    assertMessage(
        text + ": ONNX Runtime cannot read it: ",
        assertThrows(IOException.class, () -> runtime.open(text, 1)));
    Path missing = folder.resolve("missing.onnx");
    assertEquals(
        missing + ": found no such file, expected an ONNX file",
        assertThrows(IOException.class, () -> runtime.open(missing, 1)).getMessage());
  }

  @Test
  void inputsThatDoNotFit() throws IOException {
    byte[] model = new ModelFile(classifier(), null).toBytes();
    try (Inference on = runtime.open(model, "m", 1)) {
      assertMessage(
          "m: found 0 inputs, expected [image]",
          assertThrows(IllegalArgumentException.class, on::forward));
      assertMessage(
          "m: input 'image': found [1, 3, 12, 11], expected [-1, 3, 12, 10]",
          assertThrows(
              IllegalArgumentException.class, () -> on.forward(random(Shape.of(1, 3, 12, 11)))));
      assertMessage(
          "m: input 'image': found [3, 12, 10]",
          assertThrows(
              IllegalArgumentException.class, () -> on.forward(random(Shape.of(3, 12, 10)))));
      // And goes on.
      assertEquals(Shape.of(2, 5), on.forward(random(Shape.of(2, 3, 12, 10))).get(0).shape());
    }
  }

  @Test
  void closedIsClosed() throws IOException {
    Inference on = runtime.open(new ModelFile(classifier(), null).toBytes(), "m", 1);
    on.close();
    on.close();
    assertMessage(
        "m: is closed",
        assertThrows(
            IllegalStateException.class, () -> on.forward(random(Shape.of(1, 3, 12, 10)))));
  }

  /** Freeing a session under a run would end the JVM, not fail a test. */
  @Test
  void closingWaitsForRunsUnderWay() throws Exception {
    byte[] model = new ModelFile(classifier(), null).toBytes();
    Tensor x = random(Shape.of(8, 3, 12, 10));
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      for (int round = 0; round < 10; round++) {
        Inference on = runtime.open(model, "m", 1);
        List<Future<Integer>> runs = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
          runs.add(threads.submit(() -> runsUntilClosed(on, x)));
        }
        on.forward(x);
        on.close();
        for (Future<Integer> run : runs) {
          assertTrue(run.get() >= 0);
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static int runsUntilClosed(Inference on, Tensor x) {
    int done = 0;
    while (true) {
      try {
        assertEquals(Shape.of(8, 5), on.forward(x).get(0).shape());
        done++;
      } catch (IllegalStateException e) {
        assertEquals("m: is closed", e.getMessage());
        return done;
      }
    }
  }

  @Test
  void aProcessThatItWouldEndDoesNotLoadIt() throws IOException {
    Path commandLine = folder.resolve("cmdline");
    assertTrue(OnnxRuntime.tooLong(commandLine).isEmpty(), "not told");
    Files.write(commandLine, new byte[OnnxRuntime.LONGEST_COMMAND_LINE]);
    assertTrue(OnnxRuntime.tooLong(commandLine).isEmpty());
    Files.write(commandLine, new byte[OnnxRuntime.LONGEST_COMMAND_LINE + 1]);
    assertTrue(
        OnnxRuntime.tooLong(commandLine).orElseThrow().contains("a command line of 3073 bytes"));
  }

  @Test
  void isFoundByNameAndOthersAreNot() {
    assertTrue(runtime.description().startsWith("ONNX Runtime 1."), runtime.description());
    assertEquals(
        "runtime 'tensorrt': found onnxruntime on the class path, expected it there (the jar of"
            + " ONNX Runtime is fovea-engine-onnxruntime)",
        assertThrows(IllegalArgumentException.class, () -> InferenceRuntimes.named("tensorrt"))
            .getMessage());
  }
}
