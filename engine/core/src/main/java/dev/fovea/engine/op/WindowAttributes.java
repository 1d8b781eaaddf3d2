package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Window;

/** The attributes that convolutions and poolings have in common. */
final class WindowAttributes {

  private WindowAttributes() {}

  static Window read(Attributes a) {
    String auto = a.text("auto_pad", "NOTSET");
    if (!auto.equals("NOTSET") && !auto.equals("VALID")) {
      throw new IllegalArgumentException(
          "attribute 'auto_pad': expected NOTSET or VALID (explicit pads), found " + auto);
    }
    int[] k = a.requiredInts("kernel_shape");
    if (k.length != 2) {
      throw new IllegalArgumentException(
          "attribute 'kernel_shape': expected 2 sizes (2-D images), found " + k.length);
    }
    int[] s = a.ints("strides", 1, 1);
    int[] p = a.ints("pads", 0, 0, 0, 0);
    int[] d = a.ints("dilations", 1, 1);
    return new Window(k[0], k[1], s[0], s[1], p[0], p[1], p[2], p[3], d[0], d[1]);
  }

  static Attributes write(Window w) {
    return Attributes.none()
        .withInts("kernel_shape", w.kernelH(), w.kernelW())
        .withInts("strides", w.strideH(), w.strideW())
        .withInts("pads", w.padTop(), w.padLeft(), w.padBottom(), w.padRight())
        .withInts("dilations", w.dilationH(), w.dilationW());
  }
}
