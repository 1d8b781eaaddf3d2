package dev.fovea.tasks;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.onnx.ImageDecoding;
import dev.fovea.engine.onnx.OnnxTensor;
import dev.fovea.engine.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Pictures inside ONNX models, decoded as all other pictures are. */
public final class CodedImages implements ImageDecoding {

  @Override
  public OnnxTensor decode(byte[] file) throws IOException {
    // Some decoders jump to and fro in a file.
    Path copy = Files.createTempFile("fovea", ".image");
    try {
      Files.write(copy, file);
      return pixels(ImageReader.read(copy).asUint8().toRgb());
    } catch (IOException | IllegalArgumentException e) {
      // Nobody knows the file by this name.
      throw new IOException(String.valueOf(e.getMessage()).replace(copy + ": ", ""), e);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private static OnnxTensor pixels(Image image) {
    int channels = image.channels();
    long[] values = new long[image.width() * image.height() * channels];
    for (int i = 0; i < values.length; i++) {
      int pixel = i / channels;
      values[i] = (long) image.value(i % channels, pixel / image.width(), pixel % image.width());
    }
    Shape shape = Shape.of(image.height(), image.width(), channels);
    return OnnxTensor.integers(OnnxTensor.Type.UINT8, shape, values);
  }
}
