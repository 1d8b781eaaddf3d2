package dev.fovea.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Tanh;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.tasks.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look into networks and make pictures by them, on a tiny network. */
class InsightTest {
  private static final long SEED = 4;

  @TempDir Path root;
  private Path in;
  private Path out;
  private Path model;

  @BeforeEach
  void prepare() throws IOException {
    in = Files.createDirectory(root.resolve("in"));
    out = root.resolve("out");
    model = root.resolve("tiny.onnx");
    Graph.Builder g = new Graph.Builder("tiny");
    Layers layers = new Layers(g, SEED);
    Value x = g.input("x", Shape.of(1, 3, 16, 16));
    Value first = g.node("first", new Tanh(), layers.conv("c1", x, 6, 3, 1, 1, true));
    Value second = g.node("second", new Tanh(), layers.conv("c2", first, 8, 3, 2, 1, true));
    Value flat = g.node("flat", new Flatten(1), second);
    Graph graph = g.build(layers.dense("scores", flat, 2, Initializer.xavier()));
    ModelCard card =
        new ModelCard(
            "tiny",
            ModelCard.Task.CLASSIFICATION,
            List.of("left", "right"),
            Preprocessing.unit(Preprocessing.Channels.RGB, 16, 16, Preprocessing.Resize.STRETCH),
            Map.of(ModelCard.OUTPUT, ModelCard.LOGITS));
    new ModelFile(graph, card).write(model);
  }

  private void picture(Path file, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[][] planes = new byte[3][40 * 48];
    for (byte[] plane : planes) {
      random.nextBytes(plane);
    }
    Files.createDirectories(file.getParent());
    ImageWriter.writePng(file, Image.ofUint8(48, 40, planes));
  }

  private CliRun fovea(String command, Object... more) {
    List<Object> args =
        new ArrayList<>(List.of(command, "--model", model, "--input", in, "--output", out));
    args.addAll(List.of(more));
    return CliRun.of(args);
  }

  private JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(out.resolve(name).toFile());
  }

  @Test
  void explainsBySeveralMethodsInOneSheet() throws IOException {
    picture(in.resolve("a.png"), 1);
    String methods = "saliency,guided-backprop,grad-cam,score-cam,occlusion,rise";
    CliRun run = fovea("explain", "--method", methods, "--samples", "20", "--class", "right");
    assertEquals(0, run.code(), run.err());
    assertEquals(6, ImageReader.readPages(out.resolve("a.explanation.values.tif")).size());
    assertEquals("score-cam", json("a.explanation.json").at("/methods/3").asText());
    assertEquals("right", json("a.explanation.json").at("/pages/0/class").asText());
    Image sheet = ImageReader.read(out.resolve("a.explanation.png"));
    assertTrue(sheet.width() >= 5 * 48 && sheet.height() >= 2 * 40, sheet.toString());
  }

  @Test
  void explainsANeuronAndRefusesWhatIsNone() throws IOException {
    picture(in.resolve("a.png"), 1);
    CliRun run = fovea("explain", "--neuron", "second:3,2,2");
    assertEquals(0, run.code(), run.err());
    Image heat = ImageReader.read(out.resolve("a.explanation.values.tif"));
    assertEquals(0, heat.value(0, 39, 47), "far from the neuron");
    assertTrue(heat.value(0, 11, 13) > 0, "what it sees");
    assertEquals(2, fovea("explain", "--neuron", "second").code());
    assertEquals(2, fovea("explain", "--method", "magic").code());
    assertEquals(2, fovea("explain", "--layer", "nothing", "--method", "grad-cam").code());
  }

  @Test
  void dreamsAndAnimates() throws IOException {
    picture(in.resolve("a.png"), 1);
    CliRun run =
        fovea(
            "dream",
            "--layer",
            "second",
            "--octaves",
            "2",
            "--iterations",
            "3",
            "--frames",
            "3",
            "--jitter",
            "2");
    assertEquals(0, run.code(), run.err());
    Image dream = ImageReader.read(out.resolve("a.dream.png"));
    assertEquals(48, dream.width());
    assertEquals(40, dream.height());
    // The smaller octave is 34 x 29, less than networks are given.
    assertEquals(9, json("a.dream.json").at("/pages/0/objective").size());
    assertTrue(Files.size(out.resolve("a.dream.gif")) > 1000);
  }

  @Test
  void makesPicturesOfAClassOnlyWhereTheNetworkTakesTheirSize() throws IOException {
    picture(in.resolve("a.png"), 1);
    CliRun run = fovea("dream", "--class", "left", "--noise");
    assertEquals(3, run.code(), "scores for 16 x 16 alone");
    assertTrue(run.err().contains("scores"), run.err());
    run = fovea("dream", "--guide", in.resolve("a.png"), "--longer-side", "40", "--noise");
    assertEquals(0, run.code(), run.err());
    assertEquals(40, ImageReader.read(out.resolve("a.dream.png")).width());
    run = fovea("dream", "--channel", "2", "--fourier", "--overwrite", "--every", "5");
    assertEquals(0, run.code(), run.err());
    JsonNode steps = json("a.dream.json").at("/pages/0/objective");
    assertTrue(steps.get(9).asDouble() < steps.get(0).asDouble(), steps.toString());
  }

  @Test
  void invertsAndMakesTextures() throws IOException {
    picture(in.resolve("a.png"), 1);
    CliRun run = fovea("invert", "--longer-side", "24", "--iterations", "12", "--every", "4");
    assertEquals(0, run.code(), run.err());
    assertEquals(24, ImageReader.read(out.resolve("a.inverted.png")).width());
    JsonNode steps = json("a.inverted.json").at("/pages/0/objective");
    assertEquals(12, steps.size());
    assertTrue(steps.get(11).asDouble() < steps.get(0).asDouble(), steps.toString());
    assertTrue(Files.exists(out.resolve("a.inverted.gif")));
    run = fovea("texture", "--width", "20", "--height", "30", "--iterations", "5");
    assertEquals(0, run.code(), run.err());
    assertEquals(30, ImageReader.read(out.resolve("a.texture.png")).height());
  }

  @Test
  void looksInsideOverAFolder() throws IOException {
    for (int i = 0; i < 3; i++) {
      picture(in.resolve(i + ".png"), i);
    }
    CliRun run = fovea("inside", "--layer", "second", "--channels", "5", "--patches", "2");
    assertEquals(0, run.code(), run.err());
    assertEquals(8, ImageReader.readPages(out.resolve("1.inside.tif")).size());
    assertEquals(2 * 64 + 2, ImageReader.read(out.resolve("patches.png")).width());
    assertEquals(7, Files.readAllLines(out.resolve("neighbors.csv")).size());
    assertTrue(ImageReader.read(out.resolve("filters.png")).width() > 20);
  }

  @Test
  void embedsAFolderOfClasses() throws IOException {
    for (int i = 0; i < 12; i++) {
      picture(in.resolve(i % 2 == 0 ? "left" : "right").resolve(i + ".png"), i);
    }
    Path page = root.resolve("map.html");
    for (String method : List.of("pca", "tsne")) {
      CliRun run =
          CliRun.of(
              Arrays.asList(
                  "embed",
                  "--model",
                  model,
                  "--data",
                  in,
                  "--output",
                  page,
                  "--method",
                  method,
                  "--perplexity",
                  "3",
                  "--json"));
      assertEquals(0, run.code(), run.err());
      JsonNode result = new ObjectMapper().readTree(run.out());
      assertEquals(12, result.at("/images").asInt());
      assertEquals("flat", result.at("/layer").asText());
      assertEquals(13, Files.readAllLines(root.resolve("map.csv")).size());
      assertTrue(Files.readString(page).contains("\"right\""));
      assertEquals(1400, ImageReader.read(root.resolve("map.png")).width());
    }
  }

  @Test
  void theBuiltInDigitsCanBeLookedAt() throws IOException {
    assumeTrue(Models.isPresent("digits"), "this build has no model digits");
    picture(in.resolve("a.png"), 1);
    model = Path.of("digits");
    assertEquals(0, fovea("inside").code());
    assertEquals(0, fovea("explain", "--method", "grad-cam,integrated-gradients").code());
  }
}
