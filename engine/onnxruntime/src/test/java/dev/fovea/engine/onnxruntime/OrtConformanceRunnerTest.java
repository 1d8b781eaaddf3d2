package dev.fovea.engine.onnxruntime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.fovea.engine.onnx.OnnxTensor;
import dev.fovea.engine.onnx.OnnxTensor.Type;
import dev.fovea.engine.onnx.UnsupportedOperatorException;
import dev.fovea.engine.onnx.conformance.ConformanceRunner;
import dev.fovea.engine.tensor.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrtConformanceRunnerTest {
  private final ConformanceRunner runner = ConformanceRunner.named("onnxruntime");

  /** {@code y = operator(x)} with as many dimensions as a list of sizes says. */
  private static byte[] unary(String operator, int opset, DataType type, int rank) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("g");
    graph.addNode(NodeProto.newBuilder().setOpType(operator).addInput("x").addOutput("y"));
    graph.addInput(port("x", type, rank));
    graph.addOutput(port("y", type, rank));
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static ValueInfoProto port(String name, DataType type, int rank) {
    ValueInfoProto.Builder port = ValueInfoProto.newBuilder().setName(name);
    var tensor = port.getTypeBuilder().getTensorTypeBuilder().setElemType(type.getNumber());
    tensor.getShapeBuilder();
    for (int d = 0; d < rank; d++) {
      tensor.getShapeBuilder().addDimBuilder().setDimParam("d" + d);
    }
    return port.build();
  }

  private OnnxTensor identity(OnnxTensor x) throws IOException {
    byte[] model = unary("Identity", 14, DataType.valueOf(x.type().name()), x.shape().rank());
    try (ConformanceRunner.Opened opened = runner.open(model, x.toString())) {
      List<OnnxTensor> outputs = opened.run(Map.of("x", x)).outputs();
      assertEquals(1, outputs.size());
      return outputs.get(0);
    }
  }

  private void assertKept(OnnxTensor x) throws IOException {
    OnnxTensor y = identity(x);
    assertEquals(x.type(), y.type());
    assertEquals(x.shape(), y.shape());
    for (int i = 0; i < x.size(); i++) {
      assertEquals(x.text(i), y.text(i), x + " at " + i);
    }
  }

  /** Least and greatest of each type go in and come out as they are, single and in a matrix. */
  @Test
  void allElementTypesGoThrough() throws IOException {
    Shape matrix = Shape.of(2, 1);
    for (Type type : Type.values()) {
      long[] ends =
          switch (type) {
            case BOOL -> new long[] {0, 1};
            case INT8 -> new long[] {Byte.MIN_VALUE, Byte.MAX_VALUE};
            case UINT8 -> new long[] {0, 255};
            case INT16 -> new long[] {Short.MIN_VALUE, Short.MAX_VALUE};
            case UINT16 -> new long[] {1, 65_535};
            case INT32 -> new long[] {Integer.MIN_VALUE, Integer.MAX_VALUE};
            case UINT32 -> new long[] {7, 0xffffffffL};
            // All bits set is the greatest of the unsigned ones.
            case INT64, UINT64 -> new long[] {Long.MIN_VALUE, -1};
            default -> new long[0];
          };
      if (ends.length > 0) {
        assertKept(OnnxTensor.integers(type, matrix, ends));
        assertKept(OnnxTensor.integers(type, Shape.SCALAR, ends[1]));
      }
    }
    assertKept(OnnxTensor.singles(Type.FLOAT, matrix, Float.MIN_VALUE, Float.NaN));
    assertKept(OnnxTensor.singles(Type.FLOAT16, matrix, 65_504, 0x1p-24f));
    assertKept(OnnxTensor.singles(Type.BFLOAT16, matrix, 0x1.fep127f, Float.NEGATIVE_INFINITY));
    assertKept(OnnxTensor.doubles(matrix, Double.MIN_VALUE, -Math.PI));
    assertKept(OnnxTensor.texts(matrix, "Zelle", ""));
    assertKept(OnnxTensor.texts(Shape.SCALAR, "一"));
  }

  @Test
  void tensorsWithoutElements() throws IOException {
    assertKept(OnnxTensor.singles(Type.FLOAT, Shape.of(0, 3)));
    assertKept(OnnxTensor.integers(Type.UINT16, Shape.of(2, 0)));
  }

  private void assertUnsupported(String operator, byte[] model) {
    UnsupportedOperatorException e =
        assertThrows(UnsupportedOperatorException.class, () -> runner.open(model, "m").close());
    assertEquals(operator, e.operator());
    assertTrue(e.getMessage().startsWith("m: "), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  /** Which is not the same as a file that is wrong. */
  @Test
  void whatItDoesNotHaveIsUnsupported() {
    assertUnsupported("Rely", unary("Rely", 14, DataType.FLOAT, 1));
    // In the schema, not in the library.
    assertUnsupported("Abs", unary("Abs", 14, DataType.BFLOAT16, 1));
    assertUnsupported("", unary("Abs", 999, DataType.FLOAT, 1));
    IOException e =
        assertThrows(IOException.class, () -> runner.open(new byte[] {8, 8}, "m").close());
    assertFalse(e instanceof UnsupportedOperatorException, e.getMessage());
  }

  @Test
  void aRunThatFailsIsAnErrorOfOneLine() throws IOException {
    try (ConformanceRunner.Opened opened = runner.open(unary("Abs", 14, DataType.FLOAT, 1), "m")) {
      IOException e =
          assertThrows(
              IOException.class,
              () -> opened.run(Map.of("z", OnnxTensor.singles(Type.FLOAT, Shape.of(1), 1))));
      assertTrue(e.getMessage().startsWith("m: "), e.getMessage());
      // And goes on.
      assertEquals(
          2,
          opened
              .run(Map.of("x", OnnxTensor.singles(Type.FLOAT, Shape.of(1), -2)))
              .outputs()
              .get(0)
              .real(0));
    }
  }
}
