package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The attributes that convolutions and poolings have in common. */
final class WindowAttributes {

  private WindowAttributes() {}

  static Window read(Attributes a) {
    String auto = a.text("auto_pad", "NOTSET");
    if (!auto.equals("NOTSET") && !auto.equals("VALID")) {
      throw new IllegalArgumentException(
          "attribute 'auto_pad': expected NOTSET or VALID (explicit pads), found " + auto);
    }
    int[] kernel = a.requiredInts("kernel_shape");
    int n = kernel.length;
    if (n < 1 || n > 3) {
      throw new IllegalArgumentException(
          "attribute 'kernel_shape': expected 1 to 3 sizes, found " + n);
    }
    int[] strides = a.ints("strides", all(n, 1));
    int[] pads = a.ints("pads", all(2 * n, 0));
    int[] dilations = a.ints("dilations", all(n, 1));
    List<Window.Axis> axes = new ArrayList<>();
    for (int d = 0; d < n; d++) {
      axes.add(new Window.Axis(kernel[d], strides[d], pads[d], pads[n + d], dilations[d]));
    }
    return Window.of(axes);
  }

  /** An array with the same number at each place. */
  static int[] all(int length, int value) {
    return Collections.nCopies(length, value).stream().mapToInt(Integer::intValue).toArray();
  }

  static Attributes write(Window w) {
    List<Window.Axis> axes = w.axes();
    int[] pads =
        Stream.concat(
                axes.stream().map(Window.Axis::padBefore), axes.stream().map(Window.Axis::padAfter))
            .mapToInt(Integer::intValue)
            .toArray();
    return Attributes.none()
        .withInts("kernel_shape", ints(w, Window.Axis::kernel))
        .withInts("strides", ints(w, Window.Axis::stride))
        .withInts("pads", pads)
        .withInts("dilations", ints(w, Window.Axis::dilation));
  }

  /** The extents of weights: two of channels, then those of the window. */
  static int[] weights(int first, int second, Window w) {
    return IntStream.concat(
            IntStream.of(first, second), Arrays.stream(ints(w, Window.Axis::kernel)))
        .toArray();
  }

  /** A number of each axis, outermost first. */
  static int[] ints(Window w, ToIntFunction<Window.Axis> number) {
    return w.axes().stream().mapToInt(number).toArray();
  }
}
