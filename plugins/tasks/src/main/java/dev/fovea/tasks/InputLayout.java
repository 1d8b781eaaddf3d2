package dev.fovea.tasks;

import dev.fovea.engine.onnx.OnnxOutline;
import java.util.List;

/**
 * The images that a model takes.
 *
 * @param model for messages
 * @param port the input as the file declares it
 * @param channels 1 or 3
 * @param height in pixels; 0 if it is free
 * @param width in pixels; 0 if it is free
 */
record InputLayout(String model, OnnxOutline.Port port, int channels, int height, int width) {

  /**
   * That of a model.
   *
   * @throws IllegalArgumentException if its first input are no images {@code [N, C, H, W]}
   */
  static InputLayout of(String model, OnnxOutline outline) {
    if (outline.inputs().isEmpty()) {
      throw new IllegalArgumentException("model '" + model + "': found no inputs, expected images");
    }
    OnnxOutline.Port port = outline.inputs().get(0);
    List<Long> dims = port.dims();
    boolean images = dims.size() == 4;
    long channels = images ? dims.get(1) : 0;
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "model '"
              + model
              + "': found the input "
              + port
              + ", expected images with the channels first, [N, 1 or 3, H, W]");
    }
    boolean free = dims.get(2) == OnnxOutline.FREE || dims.get(3) == OnnxOutline.FREE;
    return new InputLayout(
        model,
        port,
        (int) channels,
        free ? 0 : extent(dims.get(2)),
        free ? 0 : extent(dims.get(3)));
  }

  private static int extent(long dim) {
    return (int) Math.min(Integer.MAX_VALUE, dim);
  }
}
