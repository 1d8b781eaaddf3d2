package dev.fovea.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.tasks.batch.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code predict}, {@code inspect} and {@code models check} of packages. */
class PredictTest {
  private static final int WIDTH = 40;
  private static final int HEIGHT = 30;

  /** Tells bright from dark: the image from 0 to 1, 40 x - 20, a sigmoid, a threshold. */
  private static final String RDF =
      """
      format_version: 0.5.3
      type: model
      name: bright
      description: what is bright
      authors: [{name: Ada}]
      license: CC0-1.0
      tags: [test]
      inputs:
      - id: raw
        axes:
        - {type: batch}
        - {type: channel, channel_names: [grey]}
        - {type: space, id: y, size: {min: 8, step: 8}}
        - {type: space, id: x, size: {min: 8, step: 8}}
        test_tensor: {source: in.npy}
        preprocessing: [{id: scale_range, kwargs: {eps: 1e-6}}]
      outputs:
      - id: mask
        axes:
        - {type: batch}
        - {type: channel, channel_names: [object]}
        - {type: space, id: y, size: {tensor_id: raw, axis_id: y}, halo: 2}
        - {type: space, id: x, size: {tensor_id: raw, axis_id: x}, halo: 2}
        test_tensor: {source: out.npy}
        postprocessing: [{id: sigmoid}, {id: binarize, kwargs: {threshold: 0.5}}]
      weights:
        onnx: {source: net.onnx, opset_version: 17}
      """;

  @TempDir Path root;
  private Path in;
  private Path out;
  private Path model;

  @BeforeEach
  void prepare() throws IOException {
    in = Files.createDirectory(root.resolve("in"));
    out = root.resolve("out");
    model = folder("model", RDF);
  }

  private Path folder(String name, String rdf) throws IOException {
    Graph.Builder graph = new Graph.Builder("bright");
    Value input = graph.input("raw", Shape.of(1, 1, 8, 8), "n", "", "h", "w");
    Value w = graph.parameter("w", Tensor.of(Shape.of(2, 1, 1, 1), 40, -40));
    Value b = graph.parameter("b", Tensor.of(Shape.of(2), -20, 20));
    if (!rdf.contains("softmax")) {
      w = graph.parameter("w1", Tensor.of(Shape.of(1, 1, 1, 1), 40));
      b = graph.parameter("b1", Tensor.of(Shape.of(1), -20));
    }
    Graph net = graph.build(graph.node("logits", Conv.square(1, 1, 0), input, w, b));
    Path folder = Files.createDirectory(root.resolve(name));
    new ModelFile(net, null).write(folder.resolve("net.onnx"));
    Files.writeString(folder.resolve("rdf.yaml"), rdf);
    Files.write(folder.resolve("in.npy"), npy(0, 10, 20, 100));
    Files.write(folder.resolve("out.npy"), npy(0, 0, 0, 1));
    return folder;
  }

  /** An array of shape [1, 1, 2, 2] as NumPy stores it. */
  private static byte[] npy(float... values) {
    byte[] header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 2, 2), }\n"
            .getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer data = ByteBuffer.allocate(10 + header.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    data.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    data.putShort((short) header.length).put(header);
    for (float value : values) {
      data.putFloat(value);
    }
    return data.array();
  }

  private Path zip(Path folder) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : List.of("rdf.yaml", "net.onnx", "in.npy", "out.npy")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(Files.readAllBytes(folder.resolve(name)));
        zip.closeEntry();
      }
    }
    return Files.write(root.resolve("model.zip"), bytes.toByteArray());
  }

  /** Dark with a bright box of 10 x 8 pixels. */
  private static Image box(int x, int y) {
    byte[] pixels = new byte[WIDTH * HEIGHT];
    for (int i = 0; i < pixels.length; i++) {
      boolean inside = i % WIDTH - x >= 0 && i % WIDTH - x < 10;
      pixels[i] = (byte) (inside && i / WIDTH - y >= 0 && i / WIDTH - y < 8 ? 200 : i % 3);
    }
    return Image.ofUint8(WIDTH, HEIGHT, pixels);
  }

  private CliRun predict(Object... more) {
    List<Object> args =
        new ArrayList<>(List.of("predict", "--input", in, "--output", out, "--json"));
    args.addAll(List.of(more));
    return CliRun.of(args);
  }

  private static float[] mask(int x, int y) {
    float[] mask = new float[WIDTH * HEIGHT];
    for (int row = y; row < y + 8; row++) {
      Arrays.fill(mask, row * WIDTH + x, row * WIDTH + x + 10, 1);
    }
    return mask;
  }

  @Test
  void foldersAndArchivesGiveTheSame() throws IOException {
    ImageWriter.writePng(in.resolve("a.png"), box(3, 5));
    ImageWriter.writeTiff(in.resolve("b.tif"), List.of(box(20, 20), box(0, 0)));
    for (Object path : List.of(model, zip(model), model.resolve("rdf.yaml"))) {
      CliRun run = predict("--model", path, "--overwrite", "--tile", 32);
      assertEquals(0, run.code(), run.err());
      assertEquals(2, run.json().path("done").asInt());
      Image found = ImageReader.read(out.resolve("a.prediction.tif"));
      assertArrayEquals(mask(3, 5), found.plane(0));
      List<Image> pages = ImageReader.readPages(out.resolve("b.prediction.tif"));
      assertArrayEquals(mask(20, 20), pages.get(0).plane(0));
      assertArrayEquals(mask(0, 0), pages.get(1).plane(0));
      Image labels = ImageReader.read(out.resolve("a.prediction.labels.tif"));
      assertArrayEquals(mask(3, 5), labels.plane(0));
      JsonNode content = Json.read(out.resolve("b.prediction.json")).path("outputs").get(0);
      assertEquals("mask", content.path("name").asText());
      assertEquals(2, content.path("slices").asInt());
      assertEquals("object", content.path("channels").get(0).asText());
      assertEquals("b.prediction.labels.tif", content.path("labels").asText());
      JsonNode manifest = Json.read(out.resolve("manifest.json")).path("model");
      assertEquals("bright", manifest.path("package_name").asText());
      assertEquals("CC0-1.0", manifest.path("license").asText());
      assertTrue(manifest.path("preprocessing").get(0).asText().startsWith("scale_range"));
    }
  }

  @Test
  void onnxRuntimeGivesTheSame() throws IOException {
    ImageWriter.writePng(in.resolve("a.png"), box(3, 5));
    for (Path path : List.of(model, zip(model))) {
      CliRun run = predict("--model", path, "--overwrite", "--runtime", "onnxruntime");
      assertEquals(0, run.code(), run.err());
      assertArrayEquals(mask(3, 5), ImageReader.read(out.resolve("a.prediction.tif")).plane(0));
    }
  }

  @Test
  void whatIsDoneIsSkippedAndWhatIsBrokenReported() throws IOException {
    ImageWriter.writePng(in.resolve("a.png"), box(3, 5));
    Files.writeString(in.resolve("broken.png"), "nothing");
    CliRun first = predict("--model", model);
    assertEquals(1, first.code(), first.err());
    assertEquals(1, first.json().path("failed").asInt());
    CliRun second = predict("--model", model);
    assertEquals(1, second.json().path("skipped").asInt());
    assertFalse(Files.exists(out.resolve("broken.prediction.json")));
  }

  /** With its description changes what a model gives, though its weights stay. */
  @Test
  void anotherDescriptionIsAnotherModel() throws IOException {
    ImageWriter.writePng(in.resolve("a.png"), box(3, 5));
    assertEquals(1, predict("--model", model).json().path("done").asInt());
    Files.writeString(model.resolve("rdf.yaml"), RDF.replace("threshold: 0.5", "threshold: 1.5"));
    CliRun changed = predict("--model", model);
    assertEquals(1, changed.json().path("done").asInt(), changed.err());
    assertArrayEquals(
        new float[WIDTH * HEIGHT], ImageReader.read(out.resolve("a.prediction.tif")).plane(0));
    assertEquals(1, predict("--model", model).json().path("skipped").asInt());
  }

  /** The most probable class of each pixel: bright is the first, dark the second. */
  @Test
  void classesOfASoftmax() throws IOException {
    Path classes =
        folder(
            "classes",
            RDF.replace("{id: sigmoid}, {id: binarize, kwargs: {threshold: 0.5}}", "{id: softmax}")
                .replace("[object]", "[bright, dark]"));
    ImageWriter.writePng(in.resolve("a.png"), box(3, 5));
    CliRun run = predict("--model", classes);
    assertEquals(0, run.code(), run.err());
    float[] dark = mask(3, 5);
    for (int i = 0; i < dark.length; i++) {
      dark[i] = 1 - dark[i];
    }
    assertArrayEquals(dark, ImageReader.read(out.resolve("a.prediction.labels.tif")).plane(0));
    assertEquals(2, ImageReader.readPages(out.resolve("a.prediction.tif")).size());
  }

  /** The pages of a stack as one volume; the network only looks at them. */
  @Test
  void volumes() throws IOException {
    Graph.Builder graph = new Graph.Builder("same");
    Value input = graph.input("raw", Shape.of(1, 1, 4, 8, 8), "n", "", "d", "h", "w");
    Path folder = Files.createDirectory(root.resolve("volume"));
    new ModelFile(graph.build(graph.node("same", new Relu(), input)), null)
        .write(folder.resolve("net.onnx"));
    Files.writeString(
        folder.resolve("rdf.yaml"),
        """
        format_version: 0.4.10
        name: same
        inputs:
        - {name: raw, axes: bczyx, shape: {min: [1, 1, 4, 8, 8], step: [0, 0, 2, 8, 8]}}
        outputs:
        - name: same
          axes: bczyx
          shape: {reference_tensor: raw, scale: [1, 1, 1, 1, 1], offset: [0, 0, 0, 0, 0]}
          halo: [0, 0, 1, 2, 2]
        weights: {onnx: {source: net.onnx}}
        """);
    List<Image> slices = List.of(box(3, 5), box(9, 9), box(0, 20), box(1, 1), box(2, 2));
    ImageWriter.writeTiff(in.resolve("stack.tif"), slices);
    CliRun run = predict("--model", folder, "--tile", 24);
    assertEquals(0, run.code(), run.err());
    List<Image> found = ImageReader.readPages(out.resolve("stack.prediction.tif"));
    assertEquals(slices.size(), found.size());
    for (int z = 0; z < found.size(); z++) {
      assertArrayEquals(slices.get(z).plane(0), found.get(z).plane(0));
    }
    JsonNode content = Json.read(out.resolve("stack.prediction.json")).path("outputs").get(0);
    assertEquals(5, content.path("slices").asInt());
  }

  @Test
  void inspectTellsWhatIsInAPackage() throws IOException {
    CliRun run = CliRun.of(List.of("inspect", zip(model)));
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("bioimage.io package, format 0.5.3"), run.out());
    assertTrue(run.out().contains("x (raw.x, halo 2)"), run.out());
    assertTrue(run.out().contains("Conv"), run.out());
    JsonNode found = CliRun.of(List.of("inspect", model, "--json")).json().path("package");
    assertEquals("Ada", found.path("authors").get(0).asText());
    assertEquals("net.onnx", found.path("weights").path("source").asText());
    assertTrue(found.path("notes").get(0).asText().contains("no sha256"), found.toString());
  }

  @Test
  void checksRunTheTestTensors() throws IOException {
    CliRun run = CliRun.of(List.of("models", "check", model, "--json"));
    assertEquals(0, run.code(), run.err());
    assertTrue(run.json().path("passed").asBoolean());
    Files.write(model.resolve("out.npy"), npy(0, 0, 1, 1));
    run = CliRun.of(List.of("models", "check", zip(model)));
    assertEquals(1, run.code(), run.err());
    assertTrue(run.out().contains("FAILED  mask [1, 1, 2, 2]: largest difference 1"), run.out());
    Files.delete(model.resolve("out.npy"));
    run = CliRun.of(List.of("models", "check", model));
    assertEquals(3, run.code(), run.err());
    assertTrue(run.err().contains("found no file 'out.npy'"), run.err());
  }

  private static void refused(int code, String expected, Object... args) {
    CliRun run = CliRun.of(List.of(args));
    assertEquals(code, run.code(), run.err());
    assertTrue(run.err().contains(expected), run.err());
  }

  @Test
  void wrongKindsOfModels() throws IOException {
    ImageWriter.writePng(in.resolve("a.png"), box(3, 5));
    refused(
        2,
        "which 'fovea predict' runs",
        "segment",
        "--model",
        model,
        "--input",
        in,
        "--output",
        out);
    Path plain = TestModels.threshold(root.resolve("threshold.onnx"));
    for (Object other : List.of(plain, "nuclei")) {
      refused(2, "found no package", "predict", "--model", other, "--input", in, "--output", out);
    }
    refused(2, "a folder without rdf.yaml", "inspect", in);
    CliRun unused = predict("--model", model, "--preprocess", "unit");
    assertEquals(2, unused.code());
    assertTrue(unused.err().contains("which says how its input is made"), unused.err());
    assertFalse(Files.exists(out));
    refused(2, "found a bioimage.io package, expected an ONNX file", "card", model);
    Files.writeString(model.resolve("rdf.yaml"), RDF.replace("id: sigmoid", "id: other_thing"));
    refused(3, "the step 'other_thing', which Fovea does not have", "inspect", model);
  }
}
