package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.fovea.engine.op.Ops;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Damages a model file as accidents and attackers do. The same seed gives the same damage.
 *
 * <p>Damage to bytes finds faults of the parsing; damage to the parsed model, written out again,
 * comes past it and finds those of the graph, which random bytes hardly reach.
 */
final class Mutator {

  /** What is done to a file. */
  enum Damage {
    TRUNCATION,
    BIT_FLIPS,
    WRONG_BYTES,
    LENGTH_FIELD,
    SPLICE,
    TENSOR_EXTENTS,
    INPUT_EXTENTS,
    CYCLE,
    DUPLICATE_NAME,
    MISSING_TENSOR,
    NODES,
    OPERATOR,
    ATTRIBUTE,
    OPERANDS,
    ELEMENT_TYPE,
    EXTERNAL_DATA,
    CONSTANT,
    OPSET,
    CARD
  }

  private static final long[] EXTREMES = {
    0,
    -1,
    1,
    2,
    3,
    7,
    65_536,
    Integer.MAX_VALUE,
    1L << 31,
    1L << 32,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Integer.MIN_VALUE
  };

  private static final String[] LOCATIONS = {
    "weights.bin", "../weights.bin", "/etc/passwd", "", "sub/../../x", "missing", "a\0b", "."
  };

  private static final AttributeProto.AttributeType[] TYPES = AttributeProto.AttributeType.values();

  private static final double SECOND_DAMAGE = 0.25;

  private final byte[] file;
  private final ModelProto model;

  /** Where the lengths of delimited fields stand in the file. */
  private final List<Integer> lengths = new ArrayList<>();

  Mutator(byte[] file) throws IOException {
    this.file = file;
    this.model = ModelProto.parseFrom(file);
    findLengths(CodedInputStream.newInstance(file), ModelProto.getDescriptor());
  }

  private void findLengths(CodedInputStream in, Descriptor type) throws IOException {
    while (!in.isAtEnd()) {
      int tag = in.readTag();
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      boolean delimited = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (delimited) {
        lengths.add(in.getTotalBytesRead());
      }
      if (delimited && field != null && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        int outer = in.pushLimit(in.readRawVarint32());
        findLengths(in, field.getMessageType());
        in.popLimit(outer);
      } else {
        in.skipField(tag);
      }
    }
  }

  /** A damaged copy. */
  byte[] mutant(Damage damage, Random random) {
    byte[] once = damaged(damage, model, file, random);
    if (random.nextDouble() >= SECOND_DAMAGE) {
      return once;
    }
    Damage[] all = Damage.values();
    Damage second = all[random.nextInt(all.length)];
    try {
      return damaged(second, ModelProto.parseFrom(once), once, random);
    } catch (InvalidProtocolBufferException e) {
      // No model any more, so only its bytes can be damaged further.
      return flipped(once, random);
    }
  }

  private byte[] damaged(Damage damage, ModelProto m, byte[] bytes, Random random) {
    return switch (damage) {
      case TRUNCATION -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      case BIT_FLIPS -> flipped(bytes, random);
      case WRONG_BYTES -> overwritten(bytes, random);
      case LENGTH_FIELD -> bytes == file ? wrongLength(random) : overwritten(bytes, random);
      case SPLICE -> spliced(bytes, random);
      default -> {
        ModelProto.Builder b = m.toBuilder();
        damage(damage, b, random);
        yield b.build().toByteArray();
      }
    };
  }

  private static void damage(Damage damage, ModelProto.Builder m, Random random) {
    GraphProto.Builder g = m.getGraphBuilder();
    switch (damage) {
      case TENSOR_EXTENTS -> tensorExtents(g, random);
      case INPUT_EXTENTS -> inputExtents(g, random);
      case CYCLE -> cycle(g, random);
      case DUPLICATE_NAME -> duplicateName(g, random);
      case MISSING_TENSOR -> {
        if (g.getInitializerCount() > 0) {
          g.removeInitializer(random.nextInt(g.getInitializerCount()));
        }
      }
      case NODES -> nodes(g, random);
      case OPERATOR -> node(g, random).setOpType(operator(random));
      case ATTRIBUTE -> attribute(node(g, random), random);
      case OPERANDS -> operands(g, random);
      case ELEMENT_TYPE -> tensor(g, random).setDataType(random.nextInt(26));
      case EXTERNAL_DATA -> external(tensor(g, random), random);
      case CONSTANT -> constant(g, random);
      case OPSET -> m.getOpsetImportBuilder(0).setVersion(random.nextInt(40) - 5);
      case CARD -> card(m, random);
      default -> throw new IllegalArgumentException(damage + " is for bytes");
    }
  }

  private static long extreme(Random random) {
    return EXTREMES[random.nextInt(EXTREMES.length)];
  }

  /** Half of the places are near the ends of a file, where its structure is densest. */
  private static int place(byte[] bytes, Random random) {
    int n = bytes.length;
    int at = random.nextInt(random.nextBoolean() ? n : Math.min(n, 4096));
    return random.nextBoolean() ? at : n - 1 - at;
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    byte[] bad = bytes.clone();
    for (int k = 1 + random.nextInt(8); k > 0 && bad.length > 0; k--) {
      bad[place(bad, random)] ^= (byte) (1 << random.nextInt(8));
    }
    return bad;
  }

  private static byte[] overwritten(byte[] bytes, Random random) {
    byte[] bad = bytes.clone();
    byte[] values = {0, -1, 127, -128, 8, (byte) random.nextInt()};
    for (int k = 1 + random.nextInt(4); k > 0 && bad.length > 0; k--) {
      bad[place(bad, random)] = values[random.nextInt(values.length)];
    }
    return bad;
  }

  /** Another number, of 2 GB or negative ones among them, where the length of a field stands. */
  private byte[] wrongLength(Random random) {
    int at = lengths.get(random.nextInt(lengths.size()));
    int end = at;
    long old = 0;
    for (int shift = 0; ; shift += 7) {
      old |= (long) (file[end] & 127) << shift;
      if (file[end++] >= 0) {
        break;
      }
    }
    long[] wrong = {0, old - 1, old + 1, 2 * old, old + random.nextInt(1000), extreme(random)};
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(file, 0, at);
    long n = wrong[random.nextInt(wrong.length)];
    for (; (n & ~127L) != 0; n >>>= 7) {
      out.write((int) (n & 127 | 128));
    }
    out.write((int) n);
    out.write(file, end, file.length - end);
    return out.toByteArray();
  }

  /** A piece taken out, doubled, or put elsewhere. */
  private static byte[] spliced(byte[] bytes, Random random) {
    int from = place(bytes, random);
    int to = Math.min(bytes.length, from + 1 + random.nextInt(300));
    int at = place(bytes, random);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int kept = random.nextBoolean() ? from : to;
    out.write(bytes, 0, kept);
    if (random.nextBoolean()) {
      out.write(bytes, at, Math.min(to - from, bytes.length - at));
    }
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }

  private static NodeProto.Builder node(GraphProto.Builder g, Random random) {
    return g.getNodeCount() == 0
        ? g.addNodeBuilder()
        : g.getNodeBuilder(random.nextInt(g.getNodeCount()));
  }

  private static TensorProto.Builder tensor(GraphProto.Builder g, Random random) {
    return g.getInitializerCount() == 0
        ? g.addInitializerBuilder()
        : g.getInitializerBuilder(random.nextInt(g.getInitializerCount()));
  }

  private static void tensorExtents(GraphProto.Builder g, Random random) {
    TensorProto.Builder t = tensor(g, random);
    int rank = t.getDimsCount();
    switch (random.nextInt(4)) {
      case 0 -> t.clearDims();
      case 1 -> {
        List<Long> more = new ArrayList<>(Collections.nCopies(random.nextInt(40), 1L));
        more.add(extreme(random));
        t.addAllDims(more);
      }
      case 2 -> {
        List<Long> dims = new ArrayList<>(t.getDimsList());
        Collections.reverse(dims);
        t.clearDims().addAllDims(dims);
      }
      default -> {
        if (rank > 0) {
          t.setDims(random.nextInt(rank), extreme(random));
        }
      }
    }
  }

  private static void inputExtents(GraphProto.Builder g, Random random) {
    if (g.getInputCount() == 0) {
      return;
    }
    TensorShapeProto.Builder shape =
        g.getInputBuilder(random.nextInt(g.getInputCount()))
            .getTypeBuilder()
            .getTensorTypeBuilder()
            .getShapeBuilder();
    int rank = shape.getDimCount();
    if (rank == 0 || random.nextInt(6) == 0) {
      shape.addDimBuilder().setDimValue(extreme(random));
    } else if (random.nextInt(4) == 0) {
      shape.getDimBuilder(random.nextInt(rank)).setDimParam("free");
    } else {
      shape.getDimBuilder(random.nextInt(rank)).setDimValue(extreme(random));
    }
  }

  /** An operand becomes the output of the same or a later node. */
  private static void cycle(GraphProto.Builder g, Random random) {
    if (g.getNodeCount() == 0) {
      return;
    }
    int i = random.nextInt(g.getNodeCount());
    NodeProto later = g.getNode(i + random.nextInt(g.getNodeCount() - i));
    NodeProto.Builder n = g.getNodeBuilder(i);
    if (n.getInputCount() > 0 && later.getOutputCount() > 0) {
      n.setInput(random.nextInt(n.getInputCount()), later.getOutput(0));
    }
  }

  private static void duplicateName(GraphProto.Builder g, Random random) {
    NodeProto.Builder n = node(g, random);
    NodeProto other = node(g, random).build();
    switch (random.nextInt(5)) {
      case 0 -> g.addInitializer(tensor(g, random).build());
      case 1 -> n.setName(other.getName());
      case 2 -> {
        if (other.getOutputCount() > 0 && n.getOutputCount() > 0) {
          n.setOutput(0, other.getOutput(0));
        }
      }
      case 3 -> tensor(g, random).setName(tensor(g, random).getName());
      default -> {
        if (g.getInputCount() > 0) {
          g.addInput(g.getInput(0));
        }
      }
    }
  }

  private static void nodes(GraphProto.Builder g, Random random) {
    if (g.getNodeCount() == 0) {
      return;
    }
    int i = random.nextInt(g.getNodeCount());
    int k = random.nextInt(g.getNodeCount());
    NodeProto n = g.getNode(i);
    switch (random.nextInt(3)) {
      case 0 -> g.removeNode(i);
      case 1 -> g.addNode(k, n);
      default -> g.setNode(i, g.getNode(k)).setNode(k, n);
    }
  }

  private static String operator(Random random) {
    String[] others = {"", "If", "Loop", "Identity", "Constant", "Shape", "ConstantOfShape"};
    int i = random.nextInt(Ops.all().size() + others.length);
    return i < others.length ? others[i] : Ops.all().get(i - others.length).name();
  }

  private static void attribute(NodeProto.Builder n, Random random) {
    AttributeProto.Builder a =
        n.getAttributeCount() == 0
            ? n.addAttributeBuilder().setName("axis").setType(AttributeProto.AttributeType.INT)
            : n.getAttributeBuilder(random.nextInt(n.getAttributeCount()));
    switch (random.nextInt(7)) {
      case 0 -> n.removeAttribute(0);
      case 1 -> n.addAttribute(a.build());
      case 2 -> a.setType(TYPES[random.nextInt(TYPES.length)]);
      case 3 -> a.setName(random.nextBoolean() ? "" : "unknown");
      case 4 -> a.addAllInts(Collections.nCopies(random.nextInt(1000), extreme(random)));
      default -> {
        a.setI(extreme(random));
        a.setF(random.nextBoolean() ? Float.NaN : 1e30f * random.nextInt(5));
        a.setS(ByteString.copyFromUtf8("x".repeat(random.nextInt(20))));
        if (a.getIntsCount() > 0) {
          a.setInts(random.nextInt(a.getIntsCount()), extreme(random));
        }
      }
    }
  }

  private static void operands(GraphProto.Builder g, Random random) {
    NodeProto.Builder n = node(g, random);
    String name =
        switch (random.nextInt(4)) {
          case 0 -> "";
          case 1 -> "nowhere";
          case 2 -> tensor(g, random).getName();
          default -> g.getInputCount() == 0 ? "" : g.getInput(0).getName();
        };
    if (n.getInputCount() == 0 || random.nextInt(3) == 0) {
      n.addInput(name);
    } else if (random.nextInt(4) == 0) {
      n.clearInput();
    } else {
      n.setInput(random.nextInt(n.getInputCount()), name);
    }
  }

  private static void external(TensorProto.Builder t, Random random) {
    t.setDataLocation(DataLocation.EXTERNAL);
    if (random.nextInt(4) > 0) {
      t.clearRawData().clearFloatData();
    }
    String[] values = {LOCATIONS[random.nextInt(LOCATIONS.length)], "0", "" + extreme(random)};
    String[] keys = {"location", "offset", "length"};
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      t.addExternalData(StringStringEntryProto.newBuilder().setKey(keys[i]).setValue(values[i]));
    }
  }

  /** Shapes, axes and pads are constants of a file: they become extreme ones. */
  private static void constant(GraphProto.Builder g, Random random) {
    List<TensorProto.Builder> integers = new ArrayList<>();
    for (TensorProto.Builder t : g.getInitializerBuilderList()) {
      if (t.getDataType() == TensorProto.DataType.INT64_VALUE) {
        integers.add(t);
      }
    }
    for (NodeProto.Builder n : g.getNodeBuilderList()) {
      if (n.getOpType().equals("Constant") && n.getAttributeCount() > 0) {
        integers.add(n.getAttributeBuilder(0).getTBuilder());
      }
    }
    if (integers.isEmpty()) {
      return;
    }
    TensorProto.Builder t = integers.get(random.nextInt(integers.size()));
    byte[] raw = t.getRawData().toByteArray();
    if (raw.length >= Long.BYTES) {
      int at = Long.BYTES * random.nextInt(raw.length / Long.BYTES);
      ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).putLong(at, extreme(random));
      t.setRawData(ByteString.copyFrom(raw));
    } else if (t.getInt64DataCount() > 0) {
      t.setInt64Data(random.nextInt(t.getInt64DataCount()), extreme(random));
    }
  }

  private static void card(ModelProto.Builder m, Random random) {
    if (m.getMetadataPropsCount() == 0) {
      m.addMetadataPropsBuilder().setKey("fovea.name").setValue("x");
      return;
    }
    int i = random.nextInt(m.getMetadataPropsCount());
    String[] values = {"", "-1", "NaN", "1e999", "\0\n", "0 0 0", "9".repeat(30)};
    switch (random.nextInt(3)) {
      case 0 -> m.removeMetadataProps(i);
      case 1 -> m.addMetadataProps(m.getMetadataProps(i));
      default -> m.getMetadataPropsBuilder(i).setValue(values[random.nextInt(values.length)]);
    }
  }
}
