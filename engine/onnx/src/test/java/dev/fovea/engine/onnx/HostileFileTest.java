package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are wrong by accident or on purpose: one line, one exception type, no memory lost. */
class HostileFileTest {

  private static final long SEED = 97;

  private static final Limits SMALL = new Limits(1 << 20, 10_000, 1 << 20);

  private static String refused(byte[] file) {
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class, () -> new OnnxReader(SMALL).read(file, "bad.onnx"));
    assertOneLine(e);
    return e.getMessage();
  }

  private static void assertOneLine(ModelFormatException e) {
    assertTrue(e.getMessage().startsWith("bad.onnx: "), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    assertTrue(e.getMessage().length() < 700, e.getMessage());
    assertFalse(e.getMessage().contains("null"), e.getMessage());
  }

  private static void assertRefused(String part, ProtoModel model) {
    String message = refused(model.bytes());
    assertTrue(message.contains(part), message);
  }

  /** A valid model with one weight. */
  private static ProtoModel valid() {
    return new ProtoModel(17)
        .input("x", 1, 2, 5, 5)
        .weights("w", 3, 2, 3, 3)
        .node("Conv", "x,w", "y")
        .output("y");
  }

  private static ProtoModel withWeight(TensorProto.Builder w) {
    ProtoModel m = valid();
    m.graph().setInitializer(0, w.setName("w"));
    return m;
  }

  @Test
  void filesThatAreNoModels() {
    assertEquals("bad.onnx: found an empty file, expected an ONNX model", refused(new byte[0]));
    refused("hello, this is a text file\n".getBytes(StandardCharsets.UTF_8));
    refused(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13});
    refused(new byte[1000]);
    refused(ModelProto.getDefaultInstance().toByteArray());
    assertTrue(
        refused(ModelProto.newBuilder().setIrVersion(8).build().toByteArray())
            .contains("found no graph"));
    Random random = new Random(SEED);
    for (int i = 0; i < 300; i++) {
      byte[] noise = new byte[1 + random.nextInt(400)];
      random.nextBytes(noise);
      refused(noise);
    }
  }

  @Test
  void everyTruncationIsNoticed() throws Exception {
    byte[] file = new OnnxWriter().write(Models.classifier(1), Models.card());
    ModelProto model = ModelProto.parseFrom(file);
    int withoutCard = model.toBuilder().clearMetadataProps().build().getSerializedSize();
    for (int n = 0; n < file.length; n++) {
      byte[] part = Arrays.copyOf(file, n);
      if (n == withoutCard) {
        // Here ends a whole model, only without the card that came last.
        assertNull(new OnnxReader().read(part, "bad.onnx").card());
      } else {
        refused(part);
      }
    }
  }

  @Test
  void extentsAreComparedWithTheDataBeforeAllocation() {
    long big = 1L << 40;
    assertRefused(
        "tensor 'w': found shape [1099511627776, 2], expected at most 1048576 elements",
        withWeight(TensorProto.newBuilder().setDataType(1).addDims(big).addDims(2)));
    assertRefused(
        "at most 1048576 elements",
        withWeight(
            TensorProto.newBuilder()
                .setDataType(1)
                .addAllDims(List.of(1L << 32, 1L << 32, 1L << 32))));
    assertRefused(
        "tensor 'w': found 4 bytes of data, expected 216 for FLOAT of shape [3, 2, 3, 3]",
        withWeight(
            TensorProto.newBuilder()
                .setDataType(1)
                .addAllDims(List.of(3L, 2L, 3L, 3L))
                .setRawData(ByteString.copyFrom(new byte[4]))));
    assertRefused(
        "found 0 elements, expected 54",
        withWeight(TensorProto.newBuilder().setDataType(1).addAllDims(List.of(3L, 2L, 3L, 3L))));
    assertRefused(
        "found shape [0, 4398046511104], expected at most 1048576 elements",
        withWeight(TensorProto.newBuilder().setDataType(1).addDims(0).addDims(1L << 42)));
    assertRefused(
        "negative extent", withWeight(TensorProto.newBuilder().setDataType(1).addDims(-3)));
    ProtoModel input = new ProtoModel(17).input("x", 1, 1 << 30, 1 << 30).output("y");
    assertRefused("at most 1048576 elements", input.node("Relu", "x", "y"));
    assertRefused(
        "extent of -1", new ProtoModel(17).input("x", -1, 3).node("Relu", "x", "y").output("y"));
  }

  @Test
  void whatTheGraphComputesIsBoundedToo() {
    assertRefused(
        "found an output [1024, 2048], expected at most 1048576 elements",
        new ProtoModel(17)
            .input("x", 1024, 1)
            .input("z", 2048)
            .node("Add", "x,z", "y")
            .output("y"));
    assertRefused(
        "found an output [30000, 30000, 1, 1], expected at most 1048576 elements",
        new ProtoModel(17)
            .input("x", 30000, 1, 1, 1)
            .input("z", 30000, 1, 1)
            .node("MatMul", "x,z", "y")
            .output("y"));
    assertRefused(
        "attribute 'kernel_shape': found 1073741824",
        new ProtoModel(17)
            .input("x", 1, 1, 8, 8)
            .node(
                "MaxPool",
                "x",
                "y",
                ProtoModel.attribute("kernel_shape", 1 << 30, 1 << 30),
                ProtoModel.attribute("dilations", 4, 4))
            .output("y"));
  }

  @Test
  void numbersThatAreNotFinite() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      assertRefused(
          "tensor 'w': found the value " + bad + " at index 7, expected finite float32 numbers",
          withWeight(ProtoModel.floats("w", 3, 2, 3, 3).setFloatData(7, bad)));
    }
    assertRefused(
        "tensor 'w': found the value Infinity",
        withWeight(
            TensorProto.newBuilder()
                .setDataType(DataType.DOUBLE_VALUE)
                .addDims(1)
                .addDoubleData(1e300)));
    assertRefused(
        "attribute 'alpha': found the value NaN",
        new ProtoModel(17)
            .input("x", 2)
            .node("LeakyRelu", "x", "y", ProtoModel.number("alpha", Float.NaN))
            .output("y"));
  }

  @Test
  void tensorsOfOtherKinds() {
    assertRefused(
        "data in another file",
        withWeight(
            ProtoModel.floats("w", 3, 2, 3, 3)
                .setDataLocation(DataLocation.EXTERNAL)
                .addExternalData(
                    StringStringEntryProto.newBuilder()
                        .setKey("location")
                        .setValue("../../etc/passwd"))));
    assertRefused(
        "elements of type UINT8",
        withWeight(TensorProto.newBuilder().setDataType(DataType.UINT8_VALUE).addDims(1)));
    assertRefused(
        "elements of type 99", withWeight(TensorProto.newBuilder().setDataType(99).addDims(1)));
    assertRefused(
        "input 1 expected to hold FLOAT, found INT64",
        withWeight(
            ProtoModel.longs("w", new long[54]).toBuilder()
                .clearDims()
                .addAllDims(List.of(3L, 2L, 3L, 3L))));
    assertRefused(
        "the value 16777217 at index 1, expected integers of at most 2^24",
        withWeight(ProtoModel.longs("w", 1, 16777217).toBuilder()));
    assertRefused(
        "the value -9223372036854775808 at index 0",
        withWeight(ProtoModel.longs("w", Long.MIN_VALUE).toBuilder()));
    assertRefused(
        "the value 2 at index 0, expected 0 or 1",
        withWeight(
            TensorProto.newBuilder().setDataType(DataType.BOOL_VALUE).addDims(1).addInt32Data(2)));
    assertRefused("empty tensor", withWeight(TensorProto.newBuilder().setDataType(1).addDims(0)));
    ProtoModel sparse = valid();
    sparse.graph().addSparseInitializerBuilder();
    assertRefused("sparse", sparse);
    ProtoModel ints = new ProtoModel(17).node("Relu", "x", "y").output("y");
    ints.graph().addInput(ProtoModel.value("x", DataType.INT16, 3));
    assertRefused("input 'x': found a tensor of INT16", ints);
  }

  @Test
  void graphsThatAreWrongInThemselves() {
    ProtoModel cyclic = new ProtoModel(17).input("x", 2).output("b");
    assertRefused(
        "a read of 'b', which is computed from this or later",
        cyclic.node("Add", "x,b", "a").node("Relu", "a", "b"));
    assertRefused(
        "a read of 'a', which is computed from this or later",
        new ProtoModel(17).input("x", 2).node("Add", "x,a", "a").output("a"));
    assertRefused(
        "a read of 'w', which is nowhere in the file",
        new ProtoModel(17).input("x", 1, 1, 4, 4).node("Conv", "x,w", "y").output("y"));
    assertRefused(
        "output 'z': found a read of 'z'",
        new ProtoModel(17).input("x", 2).node("Relu", "x", "y").output("z"));
    assertRefused("the tensor 'w' twice", valid().weights("w", 1));
    assertRefused("an output 'y' that is there already", valid().node("Relu", "x", "y"));
    assertRefused("an input with the name 'x'", valid().input("x", 1));
    assertRefused("an input with the name 'y'", valid().input("y", 1));
    assertRefused("an output with the name 'y'", valid().output("y"));
    assertRefused("a tensor without a name", valid().weights("", 1));
    assertRefused("found no output", valid().node("Relu", "x", ""));
    assertRefused("found no inputs", new ProtoModel(17).output("y"));
    assertRefused("found no outputs", new ProtoModel(17).input("x", 1));
    assertRefused("an input left out", valid().node("Add", ",x", "z"));
    assertRefused(
        "weights expected [2, 2, 3, 3]",
        new ProtoModel(17)
            .input("x", 1, 2, 5, 5)
            .weights("w", 2, 3, 3, 3)
            .node("Conv", "x,w", "y")
            .output("y"));
    assertRefused(
        "expected [N, C, W], [N, C, H, W] or [N, C, D, H, W]",
        new ProtoModel(17)
            .input("x", 1, 2, 5, 5, 5, 5)
            .weights("w", 2, 2, 3, 3, 3, 3)
            .node("Conv", "x,w", "y")
            .output("y"));
    assertRefused(
        "'s' as input 1",
        new ProtoModel(17).input("x", 2).input("s", 2).node("Reshape", "x,s", "y").output("y"));
    assertRefused(
        "Concat",
        new ProtoModel(17)
            .input("x")
            .node("Concat", "x", "y", ProtoModel.number("axis", 0L))
            .output("y"));
  }

  @Test
  void namesFromTheFileCannotForgeLines() {
    assertRefused(
        "node 'line INFO all is well'",
        new ProtoModel(17)
            .input("x", 2)
            .node("TfIdfVectorizer", "x", "line\nINFO all\r\n\tis well"));
    refused(
        new ProtoModel(17)
            .input("x", 2)
            .node("TfIdfVectorizer", "x", "long".repeat(20_000))
            .bytes());
  }

  @Test
  void opsetsThatAreNotKnown() {
    assertRefused(
        "found no opset version, expected opset 1 to 27", new ProtoModel(0).input("x", 1));
    assertRefused("found opset 99", new ProtoModel(99).input("x", 1));
    ProtoModel none = valid();
    none.model().clearOpsetImport();
    assertRefused("no opset version", none);
  }

  @Test
  void filesThatAreTooLargeOrFullOfNothing() throws Exception {
    assertTrue(refused(new byte[(1 << 20) + 1]).contains("more than 1048576 bytes"));
    try (InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 10;
          }

          @Override
          public int read(byte[] bytes, int from, int length) {
            Arrays.fill(bytes, from, from + length, (byte) 10);
            return length;
          }
        }) {
      ModelFormatException e =
          assertThrows(
              ModelFormatException.class, () -> new OnnxReader(SMALL).read(endless, "bad.onnx"));
      assertTrue(e.getMessage().contains("more than 1048576 bytes"), e.getMessage());
    }
    GraphProto.Builder nothing = GraphProto.newBuilder();
    for (int i = 0; i < 10_001; i++) {
      nothing.addNode(NodeProto.getDefaultInstance());
    }
    byte[] file = ModelProto.newBuilder().setGraph(nothing).build().toByteArray();
    assertTrue(refused(file).contains("more than 10000 protobuf fields"), refused(file));
    // The same with a field that ONNX does not have.
    ByteArrayOutputStream unknown = new ByteArrayOutputStream();
    for (int i = 0; i < 10_001; i++) {
      unknown.write(new byte[] {(byte) 0xf0, 1, 1});
    }
    assertTrue(refused(unknown.toByteArray()).contains("more than 10000 protobuf fields"));
  }

  @Test
  void deepNestingIsRefused() {
    byte[] file = new byte[0];
    for (int i = 0; i < 100; i++) {
      // A node with an attribute with a graph, which holds what there is so far.
      file = message(1, message(5, message(6, file)));
    }
    assertTrue(refused(message(7, file)).contains("nested deeper than 64"));
    byte[] groups = new byte[100_000];
    Arrays.fill(groups, (byte) 0x7b);
    refused(groups);
  }

  private static byte[] message(int field, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(field << 3 | 2);
    int n = content.length;
    while (n > 127) {
      out.write(n & 127 | 128);
      n >>>= 7;
    }
    out.write(n);
    out.writeBytes(content);
    return out.toByteArray();
  }

  @Test
  void filesThatAreNotThereOrCannotBeRead(@TempDir Path folder) {
    Path missing = folder.resolve("missing.onnx");
    assertEquals(
        missing + ": found no such file, expected an ONNX file",
        assertThrows(ModelFormatException.class, () -> ModelFile.read(missing)).getMessage());
    assertEquals(
        folder + ": found a folder, expected an ONNX file",
        assertThrows(ModelFormatException.class, () -> ModelFile.read(folder)).getMessage());
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("disk on fire");
          }

          @Override
          public int read(byte[] bytes, int from, int length) throws IOException {
            return read();
          }
        };
    assertEquals(
        "bad.onnx: cannot be read: disk on fire",
        assertThrows(ModelFormatException.class, () -> ModelFile.read(broken, "bad.onnx"))
            .getMessage());
  }

  @Test
  void aFileNameStandsInTheMessage(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(valid().bytes(), 30));
    String message =
        assertThrows(ModelFormatException.class, () -> ModelFile.read(file)).getMessage();
    assertTrue(message.startsWith(file + ": found 30 bytes that are no whole ONNX model"), message);
    assertTrue(
        new OnnxReader().read(new ByteArrayInputStream(valid().bytes()), "ok").card() == null);
  }
}
