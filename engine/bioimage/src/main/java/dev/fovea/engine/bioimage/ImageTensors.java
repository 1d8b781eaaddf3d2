package dev.fovea.engine.bioimage;

import dev.fovea.engine.image.Calibration;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Images as tensors with named axes, and back. Values stay as they are in the file. */
final class ImageTensors {
  private static final String CHANNEL = "channel";
  private static final String X = "x";
  private static final String Y = "y";
  private static final String Z = "z";

  private ImageTensors() {}

  /**
   * The raw input of a network.
   *
   * @param slices one image, or the slices along z
   * @throws IllegalArgumentException if the images do not fit the axes
   */
  static Sample sample(List<Image> slices, TensorDescription input) {
    Image first = slices.get(0);
    int channels = channels(input, first);
    int[] dims = new int[input.axes().size()];
    for (int d = 0; d < dims.length; d++) {
      Axis axis = input.axes().get(d);
      dims[d] =
          switch (axis.id()) {
            case CHANNEL -> channels;
            case X -> first.width();
            case Y -> first.height();
            case Z -> slices.size();
            default -> 1;
          };
    }
    Tensor tensor = Tensor.zeros(Shape.of(dims));
    Strides at = new Strides(input.axisIds(), tensor.shape());
    for (int z = 0; z < slices.size(); z++) {
      Image slice = inChannels(slices.get(z), channels);
      for (int c = 0; c < channels; c++) {
        float[] plane = slice.plane(c);
        for (int y = 0, i = 0; y < slice.height(); y++) {
          for (int x = 0; x < slice.width(); x++, i++) {
            tensor.array()[at.index(c, z, y, x)] = plane[i];
          }
        }
      }
    }
    return new Sample(input.axisIds(), tensor);
  }

  private static int channels(TensorDescription input, Image image) {
    Axis axis = input.axis(CHANNEL).orElse(null);
    if (axis == null) {
      return 1;
    }
    return axis.size() instanceof AxisSize.Fixed fixed ? fixed.extent() : image.channels();
  }

  private static Image inChannels(Image image, int channels) {
    if (image.channels() == channels) {
      return image;
    }
    if (channels == 1) {
      return image.toGrey();
    }
    if (channels == 3) {
      return image.toRgb();
    }
    throw new IllegalArgumentException(
        "found an image of " + image.channels() + " channels, expected " + channels);
  }

  /**
   * The images in an output: one for each slice along z, with a plane for each channel.
   *
   * @param source the image that the output was computed of
   * @throws IllegalArgumentException if there is more along other axes
   */
  static List<Image> images(Sample sample, Image source) {
    Strides at = new Strides(sample.axes(), sample.tensor().shape());
    for (int d = 0; d < sample.axes().size(); d++) {
      String axis = sample.axes().get(d);
      if (!List.of(CHANNEL, X, Y, Z).contains(axis) && sample.tensor().shape().dim(d) != 1) {
        throw new IllegalArgumentException(
            "found " + sample.tensor().shape().dim(d) + " on the axis " + axis + ", expected 1");
      }
    }
    int width = at.extent(X);
    int height = at.extent(Y);
    Calibration old = source.calibration();
    List<Image> images = new ArrayList<>();
    for (int z = 0; z < at.extent(Z); z++) {
      float[][] planes = new float[at.extent(CHANNEL)][width * height];
      for (int c = 0; c < planes.length; c++) {
        for (int y = 0, i = 0; y < height; y++) {
          for (int x = 0; x < width; x++, i++) {
            planes[c][i] = sample.tensor().get(at.index(c, z, y, x));
          }
        }
      }
      // Pixels of an output of half the size are twice as large.
      images.add(
          Image.ofFloat32(width, height, planes)
              .withCalibration(
                  old.equals(Calibration.NONE)
                      ? old
                      : new Calibration(
                          old.pixelWidth() * source.width() / width,
                          old.pixelHeight() * source.height() / height,
                          old.unit())));
    }
    return images;
  }

  /** Where the elements of an image lie in a tensor; axes that are not there count as one. */
  private static final class Strides {
    private final List<String> axes;
    private final Shape shape;
    private final int channel;
    private final int z;
    private final int y;
    private final int x;

    Strides(List<String> axes, Shape shape) {
      this.axes = axes;
      this.shape = shape;
      channel = stride(CHANNEL);
      z = stride(Z);
      y = stride(Y);
      x = stride(X);
    }

    private int stride(String axis) {
      int at = axes.indexOf(axis);
      return at < 0 ? 0 : shape.strides()[at];
    }

    int extent(String axis) {
      int at = axes.indexOf(axis);
      return at < 0 ? 1 : shape.dim(at);
    }

    int index(int c, int slice, int row, int column) {
      return c * channel + slice * z + row * y + column * x;
    }
  }
}
