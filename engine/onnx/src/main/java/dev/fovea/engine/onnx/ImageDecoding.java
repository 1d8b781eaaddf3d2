package dev.fovea.engine.onnx;

import java.io.IOException;

/**
 * What decodes pictures for the operator {@code ImageDecoder}: this room knows no picture formats.
 * Implementations are found by {@link java.util.ServiceLoader}, which makes them by their public
 * constructor without parameters. Thread-safe.
 */
public interface ImageDecoding {

  /**
   * Decodes a picture.
   *
   * @param file a file of any picture format; not modified
   * @return {@link OnnxTensor.Type#UINT8} of shape [H, W, 3]: red, green, blue; of a grey picture
   *     three times the same
   * @throws IOException if this is no picture of a format that is known
   */
  OnnxTensor decode(byte[] file) throws IOException;
}
