package dev.fovea.engine.onnx.conformance;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.fovea.engine.onnx.OnnxTensor;
import dev.fovea.engine.onnx.OnnxTensor.Type;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A file in a form for programs that cannot be given unsigned integers of 16 to 64 bits, as ONNX
 * Runtime from Java: such inputs become int64 ones, and a Cast in front brings them back. Int64 has
 * all bits of them, those of uint64 too.
 */
public final class SignedInputs {
  private static final Set<Integer> WIDE =
      Set.of(DataType.UINT16_VALUE, DataType.UINT32_VALUE, DataType.UINT64_VALUE);
  private static final String SUFFIX = "_as_int64";

  /** From this opset on a type is an attribute of Cast by its number. */
  private static final int CAST_BY_NUMBER = 6;

  private final byte[] model;
  private final Set<String> changed;

  private SignedInputs(byte[] model, Set<String> changed) {
    this.model = model;
    this.changed = changed;
  }

  /**
   * Changes a file if there is need.
   *
   * @param name for messages
   * @throws IOException if it is no ONNX file; one line
   */
  public static SignedInputs of(byte[] model, String name) throws IOException {
    ModelProto.Builder proto;
    try {
      proto = ModelProto.parseFrom(model).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      throw new IOException(name + ": found no ONNX model (" + e.getMessage() + ")", e);
    }
    boolean cast =
        proto.getOpsetImportList().stream()
            .anyMatch(o -> o.getDomain().isEmpty() && o.getVersion() >= CAST_BY_NUMBER);
    Set<String> changed = new HashSet<>();
    GraphProto.Builder graph = proto.getGraphBuilder();
    for (int i = 0; cast && i < graph.getInputCount(); i++) {
      ValueInfoProto.Builder input = graph.getInputBuilder(i);
      int type = input.getType().getTensorType().getElemType();
      if (WIDE.contains(type)) {
        changed.add(input.getName());
        graph.addNode(0, cast(input.getName(), type));
        input.setName(input.getName() + SUFFIX);
        input.getTypeBuilder().getTensorTypeBuilder().setElemType(DataType.INT64_VALUE);
      }
    }
    return new SignedInputs(changed.isEmpty() ? model : proto.build().toByteArray(), changed);
  }

  private static NodeProto cast(String input, int type) {
    return NodeProto.newBuilder()
        .setOpType("Cast")
        .setName(input + SUFFIX)
        .addInput(input + SUFFIX)
        .addOutput(input)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("to")
                .setType(AttributeProto.AttributeType.INT)
                .setI(type))
        .build();
  }

  /** The file to run; not to be modified. */
  public byte[] model() {
    return model;
  }

  /** The inputs of the original for the file to run. */
  public Map<String, OnnxTensor> inputs(Map<String, OnnxTensor> original) {
    Map<String, OnnxTensor> all = new LinkedHashMap<>();
    original.forEach(
        (name, tensor) -> {
          if (changed.contains(name)) {
            all.put(name + SUFFIX, signed(tensor));
          } else {
            all.put(name, tensor);
          }
        });
    return all;
  }

  private static OnnxTensor signed(OnnxTensor t) {
    long[] bits = new long[t.size()];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = t.integer(i);
    }
    return OnnxTensor.integers(Type.INT64, t.shape(), bits);
  }
}
