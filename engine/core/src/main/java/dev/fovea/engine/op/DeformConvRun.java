package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Interpolation;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.Sampling;
import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * One run of a {@link DeformConv}: for each image, what the elements of the window read is brought
 * into the columns of a matrix, which the weights are multiplied with.
 */
final class DeformConvRun {

  private static final Sampling SAMPLING =
      new Sampling(Interpolation.Method.LINEAR, Sampling.Padding.ZEROS, false);

  // Rooms.
  private static final int BASE = 0;
  private static final int SCALE = 1;
  private static final int NUMBERS = 2;
  private static final int GRID = 3;
  private static final int READ = 4;
  private static final int COLUMNS = 5;
  private static final int GRID_GRADIENT = 6;
  private static final int COLUMN_GRADIENT = 7;
  private static final int PRODUCT = 8;

  private final DeformConv op;
  private final Kernels k;
  private final IntFunction<Tensor> input;
  private final IntFunction<Tensor> room;
  private final Shape x;
  private final int outputs;
  private final int height;
  private final int width;

  DeformConvRun(
      DeformConv op, Kernels k, IntFunction<Tensor> input, Shape y, IntFunction<Tensor> room) {
    this.op = op;
    this.k = k;
    this.input = input;
    this.room = room;
    this.x = input.apply(0).shape();
    this.outputs = y.dim(1);
    this.height = y.dim(2);
    this.width = y.dim(3);
  }

  static List<Shape> forwardRoom(DeformConv op, Shape x, Shape y) {
    Shape grid = Shape.of(1, op.taps() * y.dim(2), y.dim(3), 2);
    Shape columns = Shape.of(1, x.dim(1), op.taps() * y.dim(2), y.dim(3));
    int most = Math.max(op.kernel().get(0) * y.dim(2), op.kernel().get(1) * y.dim(3));
    return List.of(grid, Shape.of(2), Shape.of(most), grid, columns, columns);
  }

  static List<Shape> backwardRoom(DeformConv op, Shape x, Shape y) {
    List<Shape> all = new ArrayList<>(forwardRoom(op, x, y));
    all.addAll(List.of(all.get(GRID), all.get(COLUMNS), all.get(COLUMNS)));
    return all;
  }

  private int pixels() {
    return height * width;
  }

  /** Channels {@code part} of {@code parts} of image n, as a batch of one. */
  private static Tensor channels(Tensor t, int n, int part, int parts) {
    Shape s = t.shape();
    int count = s.dim(1) / parts;
    int plane = s.size(2, s.rank());
    int at = t.offset() + (n * s.dim(1) + part * count) * plane;
    return Tensor.over(t.storage(), at, s.with(0, 1).with(1, count));
  }

  /** Rows of a matrix {@code [rows, columns]} that a group has in a tensor. */
  private static Tensor matrix(Tensor t, int group, int rows, int columns) {
    int at = t.offset() + group * rows * columns;
    return Tensor.over(t.storage(), at, Shape.of(rows, columns));
  }

  private Tensor weights(Tensor w, int group) {
    int rows = outputs / op.groups();
    return matrix(w, group, rows, w.size() / outputs);
  }

  private Tensor columns(Tensor t, int group) {
    return matrix(t, group, x.dim(1) / op.groups() * op.taps(), pixels());
  }

  private Tensor result(Tensor y, int n, int group) {
    return matrix(channels(y, n, 0, 1), group, outputs / op.groups(), pixels());
  }

  void forward(Tensor y) {
    prepare();
    for (int n = 0; n < x.dim(0); n++) {
      read(n);
      for (int g = 0; g < op.groups(); g++) {
        Tensor c = columns(room.apply(COLUMNS), g);
        k.gemm(false, false, 1, weights(input.apply(1), g), c, 0, result(y, n, g));
      }
    }
    if (op.bias()) {
      k.binary(Binary.ADD, y, input.apply(3).reshape(outputs, 1, 1), y);
    }
  }

  /** Where the window's elements are without offsets, and pixels in normalised coordinates. */
  private void prepare() {
    Tensor scale = room.apply(SCALE);
    for (int axis = 0; axis < 2; axis++) {
      // In a grid x comes first.
      int d = 1 - axis;
      int size = x.dim(2 + d);
      k.fill(2f / size, scale.slice(axis, axis + 1));
      int taps = op.kernel().get(d);
      int count = d == 0 ? height : width;
      Tensor numbers = room.apply(NUMBERS);
      for (int i = 0; i < taps * count; i++) {
        int tap = i / count * op.dilations().get(d);
        float pixel = i % count * op.strides().get(d) - op.pads().get(d) + tap;
        k.fill((2 * pixel + 1) / size - 1, numbers.slice(i, i + 1));
      }
      // [kernelH, kernelW, OH, OW] of which only two matter to a coordinate.
      int[] from = d == 0 ? new int[] {height, 0, 1, 0} : new int[] {0, width, 0, 1};
      k.copyStrided(
          StridedCopy.of(each(), 0, from, axis, gridStrides()), numbers, room.apply(BASE), false);
    }
  }

  private int[] each() {
    return new int[] {op.kernel().get(0), op.kernel().get(1), height, width};
  }

  private int[] gridStrides() {
    int row = 2 * width;
    int tap = height * row;
    return new int[] {op.kernel().get(1) * tap, tap, row, 2};
  }

  /** Between the offsets of a group, {@code [taps, 2, OH, OW]}, y first, and a grid. */
  private StridedCopy offsetsToGrid(int axis) {
    int plane = pixels();
    int[] from = {op.kernel().get(1) * 2 * plane, 2 * plane, width, 1};
    return StridedCopy.of(each(), (1 - axis) * plane, from, axis, gridStrides());
  }

  /** The grid of a group in image n. */
  private Tensor grid(int n, int group) {
    Tensor grid = room.apply(GRID);
    Tensor offsets = channels(input.apply(2), n, group, op.offsetGroups());
    for (int axis = 0; axis < 2; axis++) {
      k.copyStrided(offsetsToGrid(axis), offsets, grid, false);
    }
    k.binary(Binary.MUL, grid, room.apply(SCALE), grid);
    k.binary(Binary.ADD, grid, room.apply(BASE), grid);
    return grid;
  }

  /** Reads image n into columns. */
  private void read(int n) {
    Tensor columns = room.apply(COLUMNS);
    for (int g = 0; g < op.offsetGroups(); g++) {
      Tensor image = channels(input.apply(0), n, g, op.offsetGroups());
      Tensor read = channels(room.apply(READ), 0, g, op.offsetGroups());
      Tensor own = channels(columns, 0, g, op.offsetGroups());
      k.gridSample(SAMPLING, image, grid(n, g), read);
      if (op.factors()) {
        k.binary(Binary.MUL, read, factors(input.apply(op.factorsInput()), n, g), own);
      } else {
        k.axpby(1, read, 0, own);
      }
    }
  }

  /** The factors of a group in image n, for all its channels. */
  private Tensor factors(Tensor all, int n, int group) {
    return channels(all, n, group, op.offsetGroups()).reshape(1, 1, op.taps() * height, width);
  }

  void backward(Tensor dy, IntFunction<Tensor> gradient) {
    prepare();
    if (op.bias() && gradient.apply(3) != null) {
      k.reduce(Reduce.SUM, dy, true, gradient.apply(3).reshape(outputs, 1, 1));
    }
    Tensor dcolumns = room.apply(COLUMN_GRADIENT);
    for (int n = 0; n < x.dim(0); n++) {
      read(n);
      for (int g = 0; g < op.groups(); g++) {
        Tensor dresult = result(dy, n, g);
        Tensor w = weights(input.apply(1), g);
        k.gemm(true, false, 1, w, dresult, 0, columns(dcolumns, g));
        if (gradient.apply(1) != null) {
          Tensor c = columns(room.apply(COLUMNS), g);
          k.gemm(false, true, 1, dresult, c, 1, weights(gradient.apply(1), g));
        }
      }
      for (int g = 0; g < op.offsetGroups(); g++) {
        readBackward(n, g, gradient);
      }
    }
  }

  private void readBackward(int n, int g, IntFunction<Tensor> gradient) {
    Tensor own = channels(room.apply(COLUMN_GRADIENT), 0, g, op.offsetGroups());
    if (op.factors()) {
      Tensor dfactors = gradient.apply(op.factorsInput());
      if (dfactors != null) {
        Tensor product = channels(room.apply(PRODUCT), 0, g, op.offsetGroups());
        Tensor read = channels(room.apply(READ), 0, g, op.offsetGroups());
        k.binary(Binary.MUL, own, read, product);
        k.reduce(Reduce.SUM, product, true, factors(dfactors, n, g));
      }
      k.binary(Binary.MUL, own, factors(input.apply(op.factorsInput()), n, g), own);
    }
    Tensor dx = gradient.apply(0);
    Tensor doffsets = gradient.apply(2);
    Tensor dgrid = doffsets == null ? null : room.apply(GRID_GRADIENT);
    if (dgrid != null) {
      k.fill(0, dgrid);
    }
    Tensor image = channels(input.apply(0), n, g, op.offsetGroups());
    Tensor dimage = dx == null ? null : channels(dx, n, g, op.offsetGroups());
    k.gridSampleBackward(SAMPLING, image, grid(n, g), own, dimage, dgrid);
    if (dgrid != null) {
      k.binary(Binary.MUL, dgrid, room.apply(SCALE), dgrid);
      Tensor to = channels(doffsets, n, g, op.offsetGroups());
      for (int axis = 0; axis < 2; axis++) {
        k.copyStrided(offsetsToGrid(axis).reversed(), dgrid, to, true);
      }
    }
  }
}
