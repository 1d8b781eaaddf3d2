package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Storage;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * Convolutions of volumes, one plane of the output at a time: the input planes under the window's
 * depth stand side by side as channels of an image, {@code [C, kernelD]}, which is also how they
 * stand in the weights. The work is that of convolutions of images. Thread-safe.
 */
final class VolumeConvolutions {

  private final Convolutions convolutions;
  private final WeightGradients weightGradients;
  private final Parallel parallel;

  VolumeConvolutions(
      Convolutions convolutions, WeightGradients weightGradients, Parallel parallel) {
    this.convolutions = convolutions;
    this.weightGradients = weightGradients;
    this.parallel = parallel;
  }

  void forward(
      Window g, int groups, Tensor x, Tensor w, Tensor z, Convolutions.Tail tail, Tensor y) {
    Slices s = new Slices(g, x, w, y);
    for (int at = 0; at < s.count; at++) {
      s.readWindow(at);
      if (z != null) {
        s.copyOutput(at, z, s.result);
      }
      Tensor addend = z == null ? null : s.result;
      convolutions.forward(g.plane(), groups, s.window, s.weights, addend, tail, s.result);
      s.copyOutput(at, s.result, y);
    }
  }

  void byData(Window g, int groups, Tensor dy, Tensor w, Tensor dx) {
    Slices s = new Slices(g, dx, w, dy);
    for (int at = 0; at < s.count; at++) {
      s.copyOutput(at, dy, s.result);
      s.window.fill(0);
      convolutions.byData(g.plane(), groups, s.result, s.weights, s.window);
      s.addWindow(at);
    }
  }

  void byWeights(Window g, int groups, Tensor x, Tensor dy, Tensor dw) {
    Slices s = new Slices(g, x, dw, dy);
    for (int at = 0; at < s.count; at++) {
      s.readWindow(at);
      s.copyOutput(at, dy, s.result);
      weightGradients.add(g.plane(), groups, s.window, s.result, s.weights);
    }
  }

  /** The volumes of a call, and images for one output plane after the other. */
  private final class Slices {
    final Window.Axis axis;
    final Tensor x;
    final Volume in;
    final Volume out;
    final int channels;
    final int outputs;
    final int count;
    final Tensor window;
    final Tensor result;
    final Tensor weights;

    Slices(Window g, Tensor x, Tensor w, Tensor y) {
      this.axis = g.depth();
      this.x = x;
      in = Volume.of(x);
      out = Volume.of(y);
      channels = x.shape().dim(1);
      outputs = y.shape().dim(1);
      count = x.shape().dim(0) * out.depth();
      window =
          image(
              Scratch.Slot.WINDOW, Shape.of(1, channels * axis.kernel(), in.height(), in.width()));
      result = image(Scratch.Slot.PLANE, Shape.of(1, outputs, out.height(), out.width()));
      weights =
          w.reshape(w.shape().dim(0), w.shape().dim(1) * axis.kernel(), g.kernelH(), g.kernelW());
    }

    private Tensor image(Scratch.Slot slot, Shape shape) {
      float[] memory = Scratch.local().array(slot, shape.size());
      return Tensor.over(new Storage.Host(memory), 0, shape);
    }

    // Where the plane under tap k lies in channel c of x; negative in the padding.
    private int plane(int at, int c, int k) {
      int z = at % out.depth() * axis.stride() - axis.padBefore() + k * axis.dilation();
      int volume = at / out.depth() * channels + c;
      return z < 0 || z >= in.depth()
          ? -1
          : x.offset() + (volume * in.depth() + z) * in.height() * in.width();
    }

    void readWindow(int at) {
      int size = in.height() * in.width();
      float[] to = window.array();
      parallel.run(
          channels,
          c -> {
            for (int k = 0; k < axis.kernel(); k++) {
              int from = plane(at, c, k);
              int start = (c * axis.kernel() + k) * size;
              if (from < 0) {
                Arrays.fill(to, start, start + size, 0);
              } else {
                System.arraycopy(x.array(), from, to, start, size);
              }
            }
          });
    }

    // Planes of one channel may coincide with those of no other: channels are independent.
    void addWindow(int at) {
      int size = in.height() * in.width();
      float[] from = window.array();
      float[] to = x.array();
      parallel.run(
          channels,
          c -> {
            for (int k = 0; k < axis.kernel(); k++) {
              int target = plane(at, c, k);
              int start = (c * axis.kernel() + k) * size;
              for (int i = 0; target >= 0 && i < size; i++) {
                to[target + i] += from[start + i];
              }
            }
          });
    }

    /** Copies an output plane of all channels out of a tensor of y's shape, or into one. */
    void copyOutput(int at, Tensor from, Tensor to) {
      int size = out.height() * out.width();
      int first = at / out.depth() * outputs * out.depth() + at % out.depth();
      for (int o = 0; o < outputs; o++) {
        int whole = (first + o * out.depth()) * size;
        int plane = o * size;
        System.arraycopy(
            from.array(),
            from == result ? plane : from.offset() + whole,
            to.array(),
            to == result ? plane : to.offset() + whole,
            size);
      }
    }
  }
}
