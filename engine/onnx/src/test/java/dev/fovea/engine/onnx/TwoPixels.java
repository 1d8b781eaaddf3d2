package dev.fovea.engine.onnx;

import dev.fovea.engine.tensor.Shape;
import java.io.IOException;

/** A picture format of one row of two pixels: their bytes. */
public final class TwoPixels implements ImageDecoding {

  @Override
  public OnnxTensor decode(byte[] file) throws IOException {
    if (file.length != 6) {
      throw new IOException("found " + file.length + " bytes, expected 6");
    }
    return OnnxTensor.whole(
        OnnxTensor.Type.UINT8, Shape.of(1, 2, 3), i -> Byte.toUnsignedInt(file[i]));
  }
}
