package dev.fovea.engine.onnx;

import dev.fovea.engine.onnx.OnnxTensor.Type;
import dev.fovea.engine.tensor.Shape;
import java.io.IOException;
import java.util.ServiceLoader;

/** Decodes pictures, by whatever {@link ImageDecoding} there is. */
final class HostImages {

  private static final int COLOURS = 3;

  /** The luma of ITU-R BT.601, in 65536ths. */
  private static final int[] LUMA = {19595, 38470, 7471};

  private static final int LUMA_BITS = 16;

  private HostImages() {}

  /** The pixels of a file, in the order that the node asks for, or their luma. */
  static OnnxTensor decode(NodeCall call) throws ModelFormatException {
    OnnxTensor t = call.in(0);
    if (t.type() != Type.UINT8) {
      throw new IllegalArgumentException("expected the bytes of a file, found " + t);
    }
    String format = call.text("pixel_format", "RGB");
    OnnxTensor rgb = pixels(call, t);
    Shape s = call.bounded(rgb.shape().toArray());
    return switch (format) {
      case "RGB" -> rgb;
      case "BGR" ->
          OnnxTensor.whole(
              Type.UINT8, s, i -> rgb.integer(i - i % COLOURS + COLOURS - 1 - i % COLOURS));
      case "Grayscale" -> OnnxTensor.whole(Type.UINT8, s.with(2, 1), i -> luma(rgb, i));
      default ->
          throw new IllegalArgumentException(
              "attribute 'pixel_format': expected RGB, BGR or Grayscale, found " + format);
    };
  }

  private static long luma(OnnxTensor rgb, int pixel) {
    long sum = 1L << (LUMA_BITS - 1);
    for (int c = 0; c < COLOURS; c++) {
      sum += LUMA[c] * rgb.integer(pixel * COLOURS + c);
    }
    return sum >> LUMA_BITS;
  }

  private static OnnxTensor pixels(NodeCall call, OnnxTensor t) throws ModelFormatException {
    byte[] file = new byte[t.size()];
    for (int i = 0; i < file.length; i++) {
      file[i] = (byte) t.integer(i);
    }
    ImageDecoding decoding =
        ServiceLoader.load(ImageDecoding.class)
            .findFirst()
            .orElseThrow(() -> unsupported(call, "found nothing that decodes pictures", null));
    try {
      return decoding.decode(file);
    } catch (IOException e) {
      throw unsupported(call, e.getMessage(), e);
    }
  }

  private static UnsupportedOperatorException unsupported(
      NodeCall call, String why, Exception cause) {
    return Unsupported.form(call.at(), "ImageDecoder", new IllegalArgumentException(why, cause));
  }
}
