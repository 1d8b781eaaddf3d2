package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights in other files: read from the model's own folder, and from nowhere else. */
class ExternalDataTest {
  private static final long SEED = 11;
  private static final int FLOATS = 54;
  private static final int BYTES = FLOATS * Float.BYTES;

  @TempDir Path parent;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(parent.resolve("model"));
    Files.write(folder.resolve("w.bin"), weights());
    Files.write(parent.resolve("secret.bin"), weights());
  }

  private static byte[] weights() {
    ByteBuffer b = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ProtoModel.floats("w", 3, 2, 3, 3).getFloatDataList().forEach(b::putFloat);
    return b.array();
  }

  /** A convolution whose weights are elsewhere; {@code entries} are keys and values in turn. */
  private static ProtoModel model(String... entries) {
    ProtoModel m =
        new ProtoModel(17)
            .input("x", 1, 2, 5, 5)
            .weights("w", 3, 2, 3, 3)
            .node("Conv", "x,w", "y")
            .output("y");
    TensorProto.Builder w =
        m.graph().getInitializerBuilder(0).clearFloatData().setDataLocation(DataLocation.EXTERNAL);
    for (int i = 0; i < entries.length; i += 2) {
      w.addExternalData(
          StringStringEntryProto.newBuilder().setKey(entries[i]).setValue(entries[i + 1]));
    }
    return m;
  }

  private Path write(ProtoModel model) throws IOException {
    return Files.write(folder.resolve("m.onnx"), model.bytes());
  }

  private void assertRefused(String part, String... entries) throws IOException {
    Path file = write(model(entries));
    String message =
        assertThrows(ModelFormatException.class, () -> ModelFile.read(file)).getMessage();
    assertTrue(message.startsWith(file + ": tensor 'w': "), message);
    assertTrue(message.contains(part), message);
    assertFalse(message.contains("null"), message);
  }

  /** Every tensor of a network in one file, one behind the other, as large models are exported. */
  @Test
  void aNetworkGivesTheSameAsInOneFile() throws IOException {
    byte[] whole = new OnnxWriter().write(Models.classifier(SEED), Models.card());
    ModelProto.Builder parts = ModelProto.parseFrom(whole).toBuilder();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (TensorProto.Builder t : parts.getGraphBuilder().getInitializerBuilderList()) {
      byte[] raw = t.getRawData().toByteArray();
      t.clearRawData().setDataLocation(DataLocation.EXTERNAL);
      entry(t, "location", "data/weights.bin");
      entry(t, "offset", String.valueOf(data.size()));
      entry(t, "length", String.valueOf(raw.length));
      data.writeBytes(raw);
    }
    Files.createDirectory(folder.resolve("data"));
    Files.write(folder.resolve("data").resolve("weights.bin"), data.toByteArray());
    Path file = Files.write(folder.resolve("net.onnx"), parts.build().toByteArray());
    ModelFile read = ModelFile.read(file);
    assertArrayEquals(whole, read.toBytes());
    Graph graph = read.graph();
    Map<String, Tensor> inputs = Models.inputs(graph, new Random(SEED));
    Map<String, Tensor> found = Models.run(graph, Backends.defaultBackend(), inputs);
    OrtRun.run(file, inputs)
        .forEach((name, expected) -> OrtRun.assertClose(name, expected, found.get(name)));
  }

  private static void entry(TensorProto.Builder t, String key, String value) {
    t.addExternalData(StringStringEntryProto.newBuilder().setKey(key).setValue(value));
  }

  @Test
  void offsetAndLengthCanBeLeftOut() throws IOException {
    float[] expected = new float[FLOATS];
    ByteBuffer.wrap(weights()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(expected);
    Graph graph = ModelFile.read(write(model("location", "w.bin"))).graph();
    assertArrayEquals(expected, graph.parameters().get(0).tensor().toArray());
    graph = ModelFile.read(write(model("location", "./w.bin", "checksum", "ignored"))).graph();
    assertArrayEquals(expected, graph.parameters().get(0).tensor().toArray());
  }

  @Test
  void halfPrecisionIsWidened() throws IOException {
    for (DataType type : new DataType[] {DataType.FLOAT16, DataType.BFLOAT16}) {
      // 1.5 in both forms, then -2.
      short[] bits =
          type == DataType.FLOAT16
              ? new short[] {0x3e00, (short) 0xc000}
              : new short[] {0x3fc0, (short) 0xc000};
      ByteBuffer b = ByteBuffer.allocate(FLOATS * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < FLOATS; i++) {
        b.putShort(bits[i % 2]);
      }
      Files.write(folder.resolve("half.bin"), b.array());
      ProtoModel m = model("location", "half.bin");
      m.graph().getInitializerBuilder(0).setDataType(type.getNumber());
      float[] found = ModelFile.read(write(m)).graph().parameters().get(0).tensor().toArray();
      for (int i = 0; i < FLOATS; i++) {
        assertEquals(i % 2 == 0 ? 1.5f : -2f, found[i], type + " " + i);
      }
    }
  }

  @Test
  void placesOutsideTheFolder() throws IOException {
    String inside = "a file inside the model's own folder";
    assertRefused(inside, "location", "../secret.bin");
    assertRefused(inside, "location", "data/../../secret.bin");
    assertRefused(inside, "location", "data/../w.bin");
    assertRefused(inside, "location", parent.resolve("secret.bin").toString());
    assertRefused(inside, "location", folder.resolve("w.bin").toString());
    assertRefused(inside, "location", "");
    assertRefused(inside, "location", ".");
    assertRefused(inside, "location", "missing.bin");
    assertRefused(inside, "location", "a\0b");
    assertRefused(inside);
    Files.createDirectory(folder.resolve("sub"));
    assertRefused(inside, "location", "sub");
  }

  @Test
  void linksAreFollowedOnlyInsideTheFolder() throws IOException {
    try {
      Files.createSymbolicLink(folder.resolve("inside.bin"), Path.of("w.bin"));
      Files.createSymbolicLink(folder.resolve("outside.bin"), Path.of("../secret.bin"));
      Files.createSymbolicLink(folder.resolve("up"), Path.of(".."));
      Files.createSymbolicLink(folder.resolve("loop.bin"), Path.of("loop.bin"));
    } catch (IOException | UnsupportedOperationException e) {
      Assumptions.abort("no symbolic links here: " + e.getMessage());
    }
    ModelFile.read(write(model("location", "inside.bin")));
    assertRefused("which leads elsewhere", "location", "outside.bin");
    assertRefused("which leads elsewhere", "location", "up/secret.bin");
    assertRefused("found no file", "location", "loop.bin");
    // The folder may itself be reached by a link.
    Path link = Files.createSymbolicLink(parent.resolve("link"), folder);
    write(model("location", "w.bin"));
    ModelFile.read(link.resolve("m.onnx"));
  }

  @Test
  void lengthsThatDoNotFit() throws IOException {
    assertRefused("found 216 bytes in 'w.bin'", "location", "w.bin", "offset", "4");
    assertRefused("216 from offset 217", "location", "w.bin", "offset", "217");
    assertRefused("offset", "location", "w.bin", "offset", "999999999999999999");
    assertRefused("'-4' as offset", "location", "w.bin", "offset", "-4");
    assertRefused("'9999999999999999999' as offset", "location", "w.bin", "offset", "9".repeat(19));
    assertRefused("'x' as length", "location", "w.bin", "length", "x");
    assertRefused(
        "found 212 bytes of external data, expected 216", "location", "w.bin", "length", "212");
    assertRefused(
        "found 2147483648 bytes of external data", "location", "w.bin", "length", "2147483648");
    assertRefused(
        "'location' of its external data twice", "location", "w.bin", "location", "w.bin");
  }

  @Test
  void extentsAreComparedWithTheFileBeforeMemoryIsReserved() throws IOException {
    ProtoModel huge = model("location", "w.bin");
    huge.graph().getInitializerBuilder(0).clearDims().addDims(1 << 20).addDims(1 << 4);
    Path file = write(huge);
    Limits limits = new Limits(1 << 29, 10_000, 1 << 24);
    String message =
        assertThrows(ModelFormatException.class, () -> new OnnxReader(limits).read(file))
            .getMessage();
    assertTrue(message.contains("found 216 bytes in 'w.bin', expected 67108864"), message);
    Limits small = new Limits(1 << 20, 10_000, 1 << 24);
    message =
        assertThrows(ModelFormatException.class, () -> new OnnxReader(small).read(file))
            .getMessage();
    assertTrue(message.contains("found more than 1048576 bytes in the model and"), message);
  }

  @Test
  void allTensorsTogetherAreBounded() throws IOException {
    ProtoModel m = model("location", "w.bin");
    for (int i = 0; i < 100; i++) {
      m.tensor(m.graph().getInitializer(0).toBuilder().setName("w" + i).build());
    }
    Path file = write(m);
    Limits limits = new Limits(m.bytes().length + 50 * BYTES, 10_000, 1 << 20);
    String message =
        assertThrows(ModelFormatException.class, () -> new OnnxReader(limits).read(file))
            .getMessage();
    assertTrue(message.contains("in the model and its external data"), message);
  }

  @Test
  void dataInTwoPlaces() throws IOException {
    ProtoModel m = model("location", "w.bin");
    m.graph()
        .getInitializerBuilder(0)
        .setRawData(com.google.protobuf.ByteString.copyFrom(weights()));
    Path file = write(m);
    String message =
        assertThrows(ModelFormatException.class, () -> ModelFile.read(file)).getMessage();
    assertTrue(message.contains("data both in the model and in another file"), message);
  }

  @Test
  void aStreamHasNoFolderUnlessOneIsGiven() throws IOException {
    byte[] bytes = model("location", "w.bin").bytes();
    String message =
        assertThrows(
                ModelFormatException.class,
                () -> ModelFile.read(new ByteArrayInputStream(bytes), "stream"))
            .getMessage();
    assertTrue(message.contains("data in another file (external data)"), message);
    new OnnxReader().inFolder(folder).read(bytes, "stream");
  }
}
