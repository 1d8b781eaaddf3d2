package dev.fovea.engine.bioimage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BioimagePackageTest {
  @TempDir Path root;

  private final String sha256 = TestPackages.sha256(TestPackages.onnx(TestPackages.network()));

  private void refused(String expected, Path file) {
    IOException e = assertThrows(IOException.class, () -> BioimagePackage.open(file).weights());
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  private void refusedRdf(String expected, String rdf) throws IOException {
    refused(expected, TestPackages.zip(root.resolve("p.zip"), TestPackages.files(rdf)));
  }

  @Test
  void bothFormatsSayTheSame() throws IOException {
    for (String rdf : List.of(TestPackages.rdf4(sha256), TestPackages.rdf5(sha256))) {
      Path zip = TestPackages.zip(root.resolve("p.zip"), TestPackages.files(rdf));
      assertTrue(BioimagePackage.isPackage(zip));
      BioimagePackage found = BioimagePackage.open(zip);
      ModelDescription model = found.description();
      assertEquals("two convolutions", model.name());
      assertEquals("1.10", model.version());
      assertEquals("Sees two pixels to each side.", model.summary());
      assertEquals(List.of("Ada", "Grace"), model.authors());
      assertEquals(List.of("A paper, 10.1000/x"), model.citations());
      assertEquals("MIT", model.license());
      assertEquals(List.of("test", "2d"), model.tags());
      assertEquals(List.of(), model.notes());
      TensorDescription input = model.inputs().get(0);
      assertEquals(List.of("batch", "channel", "y", "x"), input.axisIds());
      assertEquals(new AxisSize.Fixed(1), input.axes().get(1).size());
      assertEquals(new AxisSize.Stepped(16, 4), input.axes().get(3).size());
      assertEquals("zero_mean_unit_variance (over [y, x])", input.processing().get(0).toString());
      Axis x = model.outputs().get(0).axes().get(3);
      assertEquals(new AxisSize.Relative("raw", "x", 1, 0), x.size());
      assertEquals(4, x.halo());
      assertEquals(new AxisSize.Fixed(2), model.outputs().get(0).axes().get(1).size());
      assertArrayEquals(TestPackages.onnx(TestPackages.network()), found.weights());
    }
  }

  /** An output axis of half the resolution, less a rim of five pixels at either end. */
  @Test
  void sizesByReference() throws IOException {
    String rdf =
        TestPackages.rdf5(sha256)
            .replace(
                "{tensor_id: raw, axis_id: x}, scale: 0.5, halo: 4",
                "{tensor_id: raw, axis_id: x, offset: -10}, scale: 1.0, halo: 1");
    Path folder = TestPackages.folder(root, TestPackages.files(rdf));
    Axis x = BioimagePackage.open(folder).description().outputs().get(0).axes().get(3);
    assertEquals(new AxisSize.Relative("raw", "x", 0.5, -10), x.size());
    assertEquals("x (raw.x * 0.5 - 10, halo 1)", x.toString());
  }

  /** As many packages are: ids left out, a flat axis more in the output, a tolerance. */
  @Test
  void whatTheFormatFillsIn() throws IOException {
    String rdf =
        TestPackages.rdf5(sha256)
            .replace("- id: raw\n  axes:", "- axes:")
            .replace("- id: maps\n  axes:", "- axes:")
            .replace("tensor_id: raw", "tensor_id: input")
            .replace("id: x, size: {m", "size: {m")
            .replace(
                "weights:",
                """
                config:
                  bioimageio:
                    reproducibility_tolerance:
                    - {output_ids: [other], absolute_tolerance: 9}
                    - {absolute_tolerance: 1e-2, mismatched_elements_per_million: 100}
                weights:""");
    ModelDescription model =
        BioimagePackage.open(TestPackages.folder(root, TestPackages.files(rdf))).description();
    assertEquals("input", model.inputs().get(0).id());
    assertEquals("x", model.inputs().get(0).axes().get(3).id());
    TensorDescription output = model.outputs().get(0);
    assertEquals("output", output.id());
    assertEquals(new AxisSize.Relative("input", "x", 1, 0), output.axes().get(3).size());
    assertEquals(new Tolerance(1e-2, 1e-3, 100), output.tolerance());
    refusedRdf(
        "relative_tolerance 0.5",
        rdf.replace("absolute_tolerance: 1e", "relative_tolerance: 0.5, absolute_tolerance: 1e"));
  }

  @Test
  void foldersAndDescriptionsInThem() throws IOException {
    Path folder = TestPackages.folder(root, TestPackages.files(TestPackages.rdf4(sha256)));
    assertTrue(BioimagePackage.isPackage(folder));
    assertEquals("two convolutions", BioimagePackage.open(folder).description().name());
    Path file = folder.resolve("rdf.yaml");
    assertTrue(BioimagePackage.isPackage(file));
    assertEquals(4, BioimagePackage.open(file).description().outputs().get(0).axes().size());
    assertEquals(
        root.toRealPath().resolve("net.onnx"),
        BioimagePackage.open(file).weightsFile().orElseThrow());
    assertFalse(BioimagePackage.isPackage(folder.resolve("net.onnx")));
    assertFalse(BioimagePackage.isPackage(root.resolve("missing.zip")));
  }

  @Test
  void aFolderThatSomebodyZipped() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    TestPackages.files(TestPackages.rdf5(sha256))
        .forEach((name, bytes) -> files.put("model-1/" + name.replace("rdf", "bioimageio"), bytes));
    files.put("__MACOSX/model-1/._rdf.yaml", new byte[0]);
    BioimagePackage found = BioimagePackage.open(TestPackages.zip(root.resolve("p.zip"), files));
    assertArrayEquals(TestPackages.onnx(TestPackages.network()), found.weights());
    assertTrue(found.weightsFile().isEmpty());
  }

  @Test
  void weightsMustBeTheRightOnes() throws IOException {
    refusedRdf("with the SHA-256 " + sha256, TestPackages.rdf4("0".repeat(64)));
    refusedRdf("expected 64 hexadecimal digits", TestPackages.rdf4("abc"));
    String without = TestPackages.rdf4(sha256).replace("sha256: " + sha256 + ", ", "");
    Path zip = TestPackages.zip(root.resolve("p.zip"), TestPackages.files(without));
    assertTrue(BioimagePackage.open(zip).description().notes().get(0).contains("no sha256"));
  }

  @Test
  void otherWeightsOnly() throws IOException {
    refusedRdf(
        "found weights in pytorch_state_dict, torchscript, expected onnx among them",
        TestPackages.rdf4(sha256).replace("onnx: {", "torchscript: {"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://zenodo.org/net.onnx",
        "file:///etc/passwd",
        "/etc/passwd",
        "../net.onnx",
        "sub/../../net.onnx",
        "C:/net.onnx",
        "'C:\\net.onnx'",
        "'\\\\host\\net.onnx'",
        "'net.onnx/'",
        "'./../net.onnx'"
      })
  void sourcesElsewhere(String source) throws IOException {
    Files.write(root.resolve("net.onnx"), TestPackages.onnx(TestPackages.network()));
    String rdf = TestPackages.rdf4(sha256).replace("./net.onnx", source);
    String expected = source.contains("://") ? "download it there yourself" : "inside the package";
    refusedRdf(expected, rdf);
    refused(expected, TestPackages.folder(root.resolve("folder"), TestPackages.files(rdf)));
  }

  @Test
  void linksThatLeadOutOfTheFolder() throws IOException {
    Path folder =
        TestPackages.folder(root.resolve("folder"), TestPackages.files(TestPackages.rdf4(sha256)));
    Path outside = Files.move(folder.resolve("net.onnx"), root.resolve("outside.onnx"));
    Files.createSymbolicLink(folder.resolve("net.onnx"), outside);
    refused("which leads elsewhere", folder);
    // Within it they may.
    Files.move(outside, folder.resolve("inside.onnx"));
    Files.delete(folder.resolve("net.onnx"));
    Files.createSymbolicLink(folder.resolve("net.onnx"), Path.of("inside.onnx"));
    BioimagePackage.open(folder).weights();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "/etc/evil", "a/../../evil", "a\\evil", "C:evil", "a//b"})
  void entriesThatEscape(String name) throws IOException {
    Map<String, byte[]> files = TestPackages.files(TestPackages.rdf4(sha256));
    files.put(name, new byte[1]);
    refused("expected entries with paths inside", TestPackages.zip(root.resolve("p.zip"), files));
  }

  /** Two names of one length in the archive, of which one is made the other. */
  @Test
  void entriesThatAreThereTwice() throws IOException {
    Map<String, byte[]> files = TestPackages.files(TestPackages.rdf4(sha256));
    files.put("xxx.onnx", new byte[1]);
    Path zip = TestPackages.zip(root.resolve("p.zip"), files);
    String bytes = new String(Files.readAllBytes(zip), StandardCharsets.ISO_8859_1);
    Files.write(zip, bytes.replace("xxx.onnx", "net.onnx").getBytes(StandardCharsets.ISO_8859_1));
    refused("two entries 'net.onnx'", zip);
  }

  @Test
  void entriesThatInflateWithoutEnd() throws IOException {
    Path zip = root.resolve("bomb.zip");
    byte[] zeros = new byte[1 << 20];
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("rdf.yaml"));
      for (int i = 0; i < 64; i++) {
        out.write(zeros);
      }
      out.closeEntry();
    }
    refused("more than " + YamlDocument.MAX_BYTES + " bytes", zip);
  }

  @Test
  void brokenArchives() throws IOException {
    Path zip = TestPackages.zip(root.resolve("p.zip"), Map.of("a", new byte[9]));
    refused("found no description", zip);
    byte[] bytes = Files.readAllBytes(zip);
    Path cut = Files.write(root.resolve("cut.zip"), Arrays.copyOf(bytes, 20));
    refused("found no zip archive", cut);
    refused("found no zip archive", root.resolve("missing.zip"));
  }

  @Test
  void descriptionsOfSomethingElse() throws IOException {
    String rdf = TestPackages.rdf5(sha256);
    refusedRdf("format_version: found '0.2.4'", rdf.replace("0.5.3", "0.2.4"));
    refusedRdf(
        "type: found 'dataset', expected model", rdf.replace("type: model", "type: dataset"));
    refusedRdf("expected one of batch, channel", rdf.replace("{type: batch}", "{type: beam}"));
    refusedRdf("the axis raw.q", rdf.replace("axis_id: x", "axis_id: q"));
    refusedRdf("size: found '0'", rdf.replace("size: {min: 16, step: 4}", "size: 0"));
    refusedRdf("min: found '-5'", rdf.replace("min: 16", "min: -5"));
    refusedRdf("min: found '99999999999'", rdf.replace("min: 16", "min: 99999999999"));
    refusedRdf("two tensors 'raw'", rdf.replace("id: maps", "id: raw"));
    refusedRdf("the step 'soft_thing'", rdf.replace("id: sigmoid", "id: soft_thing"));
    String old = TestPackages.rdf4(sha256);
    refusedRdf("axes: found 'bcyxq'", old.replace("axes: bcyx", "axes: bcyxq"));
    refusedRdf("a number for each of 4 axes", old.replace("step: [0, 0, 4, 4]", "step: [0, 4]"));
    refusedRdf("a multiple of 0.5", old.replace("offset: [0, 1, 0, 0]", "offset: [0, 1, 0.3, 0]"));
    refusedRdf("inputs: found nothing", "format_version: 0.4.0\nname: x\n");
    refusedRdf("the description of a model", "[1, 2]");
  }
}
