package dev.fovea.engine.onnx;

import dev.fovea.engine.op.Attributes;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Brings convolutions and poolings into the form with an explicit {@code kernel_shape} and explicit
 * {@code pads}, computed by the rules that ONNX gives for {@code auto_pad} and {@code
 * output_shape}.
 */
final class WindowForm {

  /** Keeps {@code (kernel - 1) * dilation + pads} within an int; far above anything real. */
  private static final int MAX = 1 << 15;

  private static final String SAME_UPPER = "SAME_UPPER";

  private WindowForm() {}

  /** The attributes of a Conv or a pooling with explicit padding. */
  static Attributes explicit(Attributes a, Operands in) {
    String auto = a.text("auto_pad", "NOTSET");
    Attributes b = a.without("auto_pad");
    if (auto.equals("NOTSET")) {
      return b;
    }
    b = b.without("pads");
    if (auto.equals("VALID")) {
      return b;
    }
    int n = in.dimensions(0);
    int[] pads = new int[2 * n];
    for (int d = 0; d < n; d++) {
      Axis axis = Axis.of(b, in, d);
      // With stride 1 the padding is that of the window alone, whatever the size of the image.
      if (axis.stride > 1) {
        requireFixed(in, d, "attribute 'auto_pad' " + auto + " with stride " + axis.stride);
      }
      long out = (axis.size + axis.stride - 1) / axis.stride;
      long total = Math.max(0, (out - 1) * axis.stride + axis.extent - axis.size);
      split(pads, d, total, same(auto));
    }
    return b.withInts("pads", pads);
  }

  /** The attributes of a ConvTranspose with explicit padding and output padding. */
  static Attributes transposed(Attributes a, Operands in) {
    String auto = a.text("auto_pad", "NOTSET");
    boolean sized = a.values().containsKey("output_shape");
    Attributes b = a.without("auto_pad").without("output_shape");
    if (!sized && auto.equals("NOTSET")) {
      return b;
    }
    b = b.without("pads");
    if (!sized && auto.equals("VALID")) {
      return b;
    }
    int n = in.dimensions(0);
    int[] size = a.ints("output_shape", new int[n]);
    int[] added = a.ints("output_padding", new int[n]);
    boolean upper = !auto.equals("NOTSET") && !auto.equals("VALID") && same(auto);
    int[] pads = new int[2 * n];
    for (int d = 0; d < n; d++) {
      Axis axis = Axis.of(b, in, d);
      if (sized) {
        requireFixed(in, d, "attribute 'output_shape'");
      }
      long out = sized ? size[d] : axis.size * axis.stride;
      long total = axis.stride * (axis.size - 1) + added[d] + axis.extent - out;
      if (total < 0) {
        // Nothing to cut off: rows are missing, and can only be added at the end.
        added[d] = Math.toIntExact(added[d] - total);
        total = 0;
      }
      split(pads, d, total, upper);
    }
    return b.withInts("pads", pads).withInts("output_padding", added);
  }

  /** The attributes with the kernel size of the weights where the node names none. */
  static Attributes withKernel(Attributes a, Operands in) {
    if (a.values().containsKey("kernel_shape")) {
      return a;
    }
    int[] w = in.shape(1).toArray();
    return a.withInts("kernel_shape", Arrays.copyOfRange(w, 2, 2 + in.dimensions(1)));
  }

  /** Refuses numbers for which window arithmetic would overflow. */
  static Attributes bounded(Attributes a) {
    for (String name : List.of("kernel_shape", "strides", "pads", "dilations", "output_padding")) {
      if (a.values().containsKey(name)) {
        for (int v : a.requiredInts(name)) {
          if (v < 0 || v >= MAX) {
            throw new IllegalArgumentException(
                "attribute '" + name + "': found " + v + ", expected 0 to " + (MAX - 1));
          }
        }
      }
    }
    return a;
  }

  /** One of the directions of a window. */
  private record Axis(long size, long stride, long extent) {
    static Axis of(Attributes a, Operands in, int d) {
      int[] ones = Collections.nCopies(in.dimensions(0), 1).stream().mapToInt(i -> i).toArray();
      long kernel = a.ints("kernel_shape", ones)[d];
      long dilation = a.ints("dilations", ones)[d];
      long stride = a.ints("strides", ones)[d];
      if (stride < 1) {
        throw new IllegalArgumentException("attribute 'strides': found 0, expected >= 1");
      }
      return new Axis(in.shape(0).dim(2 + d), stride, (kernel - 1) * dilation + 1);
    }
  }

  /** Whether the odd row goes to the end. */
  private static boolean same(String auto) {
    if (!auto.equals(SAME_UPPER) && !auto.equals("SAME_LOWER")) {
      throw new IllegalArgumentException(
          "attribute 'auto_pad': expected NOTSET, VALID, SAME_UPPER or SAME_LOWER, found " + auto);
    }
    return auto.equals(SAME_UPPER);
  }

  private static void split(int[] pads, int d, long total, boolean upper) {
    long before = upper ? total / 2 : total - total / 2;
    pads[d] = Math.toIntExact(before);
    pads[d + pads.length / 2] = Math.toIntExact(total - before);
  }

  private static void requireFixed(Operands in, int d, String what) {
    if (!in.fixed(0, 2 + d)) {
      throw new IllegalArgumentException(
          what + " on images of free size: expected explicit pads, or an input of fixed size");
    }
  }
}
