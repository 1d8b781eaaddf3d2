package dev.fovea.engine.onnxruntime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.platform.Fp16Conversions;
import dev.fovea.engine.onnx.OnnxTensor;
import dev.fovea.engine.onnx.OnnxTensor.Type;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Tensors for ONNX Runtime and back. */
final class OrtTensors {
  private static final String PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

  private OrtTensors() {}

  /**
   * The element type of an input or output.
   *
   * @throws IllegalStateException if it is none that is held here
   */
  static Type type(String label, TensorInfo info) {
    return Arrays.stream(Type.values())
        .filter(t -> info.onnxType.name().equals(PREFIX + t.name()))
        .findFirst()
        .orElseThrow(() -> notHere(label, info.onnxType.name().replace(PREFIX, "")));
  }

  private static IllegalStateException notHere(String label, String type) {
    return new IllegalStateException(
        label + ": found elements of type " + type + ", expected real numbers, integers or bool");
  }

  /** The elements of an engine's tensor in the type that a model declares for an input. */
  static OnnxTensor typed(String label, Type type, Tensor t) {
    if (type == Type.FLOAT) {
      return OnnxTensor.of(t);
    }
    float[] v = t.toArray();
    return switch (type) {
      case FLOAT16, BFLOAT16 -> OnnxTensor.singles(type, t.shape(), v);
      case STRING -> throw notHere(label, type.name());
      case DOUBLE -> {
        double[] d = new double[v.length];
        Arrays.setAll(d, i -> v[i]);
        yield OnnxTensor.doubles(t.shape(), d);
      }
      default -> {
        long[] n = new long[v.length];
        Arrays.setAll(n, i -> (long) v[i]);
        yield OnnxTensor.integers(type, t.shape(), n);
      }
    };
  }

  /**
   * The elements as the engine holds them.
   *
   * @throws IllegalStateException if they are texts, or float32 cannot hold one of the integers
   */
  static Tensor floats(String label, OnnxTensor t) {
    if (t.type() == Type.STRING) {
      throw notHere(label, t.type().name());
    }
    float[] v = new float[t.size()];
    for (int i = 0; i < v.length; i++) {
      v[i] = (float) t.real(i);
      if (!t.type().isReal() && v[i] != t.real(i)) {
        throw new IllegalStateException(
            label
                + ": found "
                + t.text(i)
                + " at index "
                + i
                + ", expected what float32 holds exactly");
      }
    }
    return Tensor.of(t.shape(), v);
  }

  /**
   * A copy in native memory. To be closed.
   *
   * @throws IllegalStateException for unsigned integers of more than 8 bits, which the interface of
   *     ONNX Runtime for Java does not take; see {@link
   *     dev.fovea.engine.onnx.conformance.SignedInputs}
   */
  static ai.onnxruntime.OnnxTensor toNative(String label, OnnxTensor t) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] dims = Arrays.stream(t.shape().toArray()).asLongStream().toArray();
    if (t.type() == Type.STRING) {
      String[] texts = new String[t.size()];
      Arrays.setAll(texts, t::text);
      return ai.onnxruntime.OnnxTensor.createTensor(environment, texts, dims);
    }
    OnnxJavaType there =
        switch (t.type()) {
          case UINT16, UINT32, UINT64 -> throw notHere(label, t.type().name());
          default -> OnnxJavaType.valueOf(t.type().name());
        };
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(t.size() * there.size).order(ByteOrder.nativeOrder());
    for (int i = 0; i < t.size(); i++) {
      switch (there) {
        case FLOAT -> bytes.putFloat((float) t.real(i));
        case DOUBLE -> bytes.putDouble(t.real(i));
        case FLOAT16 -> bytes.putShort(Fp16Conversions.floatToFp16((float) t.real(i)));
        case BFLOAT16 -> bytes.putShort(Fp16Conversions.floatToBf16((float) t.real(i)));
        case INT64 -> bytes.putLong(t.integer(i));
        case INT32 -> bytes.putInt((int) t.integer(i));
        case INT16 -> bytes.putShort((short) t.integer(i));
        default -> bytes.put((byte) t.integer(i));
      }
    }
    return ai.onnxruntime.OnnxTensor.createTensor(environment, bytes.rewind(), dims, there);
  }

  /**
   * A copy on the host.
   *
   * @throws IllegalStateException if it is no tensor of a type that is held here
   */
  static OnnxTensor toHost(String label, OnnxValue value) throws OrtException {
    if (!(value instanceof ai.onnxruntime.OnnxTensor t)) {
      throw new IllegalStateException(label + ": found " + value.getType() + ", expected a tensor");
    }
    TensorInfo info = t.getInfo();
    Type type = type(label, info);
    int[] dims = Arrays.stream(info.getShape()).mapToInt(Math::toIntExact).toArray();
    Shape shape = Shape.of(dims);
    if (type == Type.STRING) {
      List<String> texts = new ArrayList<>();
      flatten(t.getValue(), texts);
      return OnnxTensor.texts(shape, texts.toArray(String[]::new));
    }
    // The elements as they are; its other getters know fewer types.
    ByteBuffer bytes = t.getByteBuffer().order(ByteOrder.nativeOrder());
    int n = shape.size();
    if (type == Type.DOUBLE) {
      double[] d = new double[n];
      Arrays.setAll(d, i -> bytes.getDouble(i * Double.BYTES));
      return OnnxTensor.doubles(shape, d);
    }
    if (type.isReal()) {
      float[] f = new float[n];
      for (int i = 0; i < n; i++) {
        f[i] = single(type, bytes, i);
      }
      return OnnxTensor.singles(type, shape, f);
    }
    long[] v = new long[n];
    Arrays.setAll(v, i -> integer(type, bytes, i));
    return OnnxTensor.integers(type, shape, v);
  }

  private static float single(Type type, ByteBuffer bytes, int i) {
    return switch (type) {
      case FLOAT16 -> Fp16Conversions.fp16ToFloat(bytes.getShort(i * Short.BYTES));
      case BFLOAT16 -> Fp16Conversions.bf16ToFloat(bytes.getShort(i * Short.BYTES));
      default -> bytes.getFloat(i * Float.BYTES);
    };
  }

  private static long integer(Type type, ByteBuffer bytes, int i) {
    return switch (type) {
      case INT64, UINT64 -> bytes.getLong(i * Long.BYTES);
      case INT32 -> bytes.getInt(i * Integer.BYTES);
      case UINT32 -> Integer.toUnsignedLong(bytes.getInt(i * Integer.BYTES));
      case INT16 -> bytes.getShort(i * Short.BYTES);
      case UINT16 -> Short.toUnsignedLong(bytes.getShort(i * Short.BYTES));
      case UINT8 -> Byte.toUnsignedLong(bytes.get(i));
      default -> bytes.get(i);
    };
  }

  /** A text, or arrays of arrays of texts. */
  private static void flatten(Object value, List<String> into) {
    if (value instanceof String text) {
      into.add(text);
      return;
    }
    for (int i = 0; i < Array.getLength(value); i++) {
      flatten(Array.get(value, i), into);
    }
  }
}
