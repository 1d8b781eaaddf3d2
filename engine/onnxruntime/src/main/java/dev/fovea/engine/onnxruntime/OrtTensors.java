package dev.fovea.engine.onnxruntime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import ai.onnxruntime.platform.Fp16Conversions;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.function.IntToLongFunction;

/** Tensors for ONNX Runtime and back: here all elements are floats, there they have many types. */
final class OrtTensors {
  private OrtTensors() {}

  /** A copy in native memory, of the type that a model declares for an input. To be closed. */
  static OnnxTensor toNative(String label, TensorInfo info, Tensor t) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] dims = Arrays.stream(t.shape().toArray()).asLongStream().toArray();
    float[] v = t.toArray();
    return switch (info.type) {
      case FLOAT -> OnnxTensor.createTensor(environment, FloatBuffer.wrap(v), dims);
      case FLOAT16 ->
          OnnxTensor.createTensor(
              environment,
              Fp16Conversions.convertFloatBufferToFp16Buffer(FloatBuffer.wrap(v)),
              dims,
              OnnxJavaType.FLOAT16);
      case BFLOAT16 ->
          OnnxTensor.createTensor(
              environment,
              Fp16Conversions.convertFloatBufferToBf16Buffer(FloatBuffer.wrap(v)),
              dims,
              OnnxJavaType.BFLOAT16);
      case DOUBLE -> {
        DoubleBuffer b = DoubleBuffer.allocate(v.length);
        for (float f : v) {
          b.put(f);
        }
        yield OnnxTensor.createTensor(environment, b.rewind(), dims);
      }
      case INT64 -> {
        LongBuffer b = LongBuffer.allocate(v.length);
        for (float f : v) {
          b.put((long) f);
        }
        yield OnnxTensor.createTensor(environment, b.rewind(), dims);
      }
      case INT32 -> {
        IntBuffer b = IntBuffer.allocate(v.length);
        for (float f : v) {
          b.put((int) f);
        }
        yield OnnxTensor.createTensor(environment, b.rewind(), dims);
      }
      case INT16 -> {
        ShortBuffer b = ShortBuffer.allocate(v.length);
        for (float f : v) {
          b.put((short) f);
        }
        yield OnnxTensor.createTensor(environment, b.rewind(), dims);
      }
      case INT8, UINT8, BOOL -> {
        // Only direct buffers of bytes are taken.
        ByteBuffer b = ByteBuffer.allocateDirect(v.length);
        for (float f : v) {
          b.put((byte) (int) f);
        }
        yield OnnxTensor.createTensor(environment, b.rewind(), dims, info.type);
      }
      default -> throw notHere(label, info.onnxType);
    };
  }

  /**
   * A copy on the host.
   *
   * @throws IllegalStateException if it is no tensor of numbers, or float32 cannot hold one of its
   *     integers
   */
  static Tensor toHost(String label, OnnxValue value) {
    if (!(value instanceof OnnxTensor t)) {
      throw new IllegalStateException(label + ": found " + value.getType() + ", expected a tensor");
    }
    TensorInfo info = t.getInfo();
    int[] dims = Arrays.stream(info.getShape()).mapToInt(Math::toIntExact).toArray();
    return Tensor.of(Shape.of(dims), elements(label, t, info));
  }

  private static float[] elements(String label, OnnxTensor t, TensorInfo info) {
    int n = Math.toIntExact(info.getNumElements());
    return switch (info.onnxType) {
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT,
          ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16,
          ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> {
        float[] v = new float[n];
        t.getFloatBuffer().get(v);
        yield v;
      }
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> {
        DoubleBuffer b = t.getDoubleBuffer();
        float[] v = new float[n];
        for (int i = 0; i < n; i++) {
          v[i] = (float) b.get(i);
        }
        yield v;
      }
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 ->
          integers(label, n, t.getLongBuffer()::get);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> integers(label, n, t.getIntBuffer()::get);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 -> {
        IntBuffer b = t.getIntBuffer();
        yield integers(label, n, i -> Integer.toUnsignedLong(b.get(i)));
      }
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> integers(label, n, t.getShortBuffer()::get);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> {
        ShortBuffer b = t.getShortBuffer();
        yield integers(label, n, i -> Short.toUnsignedLong(b.get(i)));
      }
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> {
        ByteBuffer b = t.getByteBuffer();
        yield integers(label, n, i -> Byte.toUnsignedLong(b.get(i)));
      }
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8, ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL ->
          integers(label, n, t.getByteBuffer()::get);
      default -> throw notHere(label, info.onnxType);
    };
  }

  private static float[] integers(String label, int n, IntToLongFunction element) {
    float[] v = new float[n];
    for (int i = 0; i < n; i++) {
      long wide = element.applyAsLong(i);
      v[i] = wide;
      if ((long) v[i] != wide) {
        throw new IllegalStateException(
            label + ": found " + wide + " at index " + i + ", expected what float32 holds exactly");
      }
    }
    return v;
  }

  private static IllegalStateException notHere(String label, OnnxTensorType type) {
    return new IllegalStateException(
        label + ": found elements of type " + type + ", expected real numbers, integers or bool");
  }
}
