package dev.fovea.engine.onnx;

import dev.fovea.engine.onnx.OnnxTensor.Type;
import dev.fovea.engine.onnx.Places.Cut;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Operators the size of whose result depends on the elements. */
final class HostSelections {

  private HostSelections() {}

  /** The indices of all elements that are not zero, a column for each. */
  static OnnxTensor nonZero(NodeCall call) throws ModelFormatException {
    OnnxTensor t = call.in(0);
    int[] found = IntStream.range(0, t.size()).filter(i -> t.real(i) != 0).toArray();
    int rank = t.shape().rank();
    int[] strides = t.shape().strides();
    return OnnxTensor.whole(
        Type.INT64,
        call.bounded(rank, found.length),
        i -> {
          int d = i / found.length;
          return found[i % found.length] / strides[d] % t.shape().dim(d);
        });
  }

  /** The parts along an axis, or the elements, for which a condition holds. */
  static OnnxTensor compress(NodeCall call) {
    OnnxTensor t = call.in(0);
    OnnxTensor condition = call.in(1);
    boolean flat = call.attribute("axis") == null;
    Shape s = flat ? Shape.of(t.size()) : t.shape();
    int axis = flat ? 0 : call.axis(0, s);
    if (condition.size() > s.dim(axis)) {
      throw new IllegalArgumentException(
          "condition: expected at most " + s.dim(axis) + " elements, found " + condition);
    }
    int[] kept =
        IntStream.range(0, condition.size()).filter(i -> condition.integer(i) != 0).toArray();
    return take(t.reshape(s), axis, kept);
  }

  /** The parts of the given indices along an axis. */
  private static OnnxTensor take(OnnxTensor t, int axis, int... indices) {
    Cut from = Cut.of(t.shape(), axis);
    Shape s = t.shape().with(axis, indices.length);
    int[] places = new int[s.size()];
    for (int p = 0; p < places.length; p++) {
      int a = p / from.inner() % indices.length;
      int o = p / from.inner() / indices.length;
      places[p] = from.place(o, indices[a], p % from.inner());
    }
    return t.pick(s, places);
  }

  /**
   * The different elements, or parts along an axis, in order or as they come first; where each
   * comes first, which of them each is, and how often each comes.
   */
  static List<OnnxTensor> unique(NodeCall call) {
    OnnxTensor whole = call.in(0);
    boolean flat = call.attribute("axis") == null;
    OnnxTensor t = flat ? whole.reshape(Shape.of(whole.size())) : whole;
    int axis = flat ? 0 : call.axis(0, t.shape());
    Cut cut = Cut.of(t.shape(), axis);
    TreeMap<Integer, List<Integer>> equal = new TreeMap<>(order(t, cut));
    for (int a = 0; a < cut.along(); a++) {
      equal.computeIfAbsent(a, k -> new ArrayList<>()).add(a);
    }
    List<List<Integer>> groups = new ArrayList<>(equal.values());
    if (!call.flag("sorted", true)) {
      groups.sort(Comparator.comparing(g -> g.get(0)));
    }
    int n = groups.size();
    long[] inverse = new long[cut.along()];
    for (int g = 0; g < n; g++) {
      for (int a : groups.get(g)) {
        inverse[a] = g;
      }
    }
    int[] first = groups.stream().mapToInt(g -> g.get(0)).toArray();
    return List.of(
        take(t, axis, first),
        OnnxTensor.whole(Type.INT64, Shape.of(n), g -> first[g]),
        OnnxTensor.of(Shape.of(inverse.length), inverse),
        OnnxTensor.whole(Type.INT64, Shape.of(n), g -> groups.get(g).size()));
  }

  /** The order of parts by their elements, the first of which that differs decides. */
  private static Comparator<Integer> order(OnnxTensor t, Cut cut) {
    return (a, b) -> {
      for (int o = 0; o < cut.outer(); o++) {
        for (int i = 0; i < cut.inner(); i++) {
          int c = HostArithmetic.compare(t, cut.place(o, a, i), t, cut.place(o, b, i));
          if (c != 0) {
            return c;
          }
        }
      }
      return 0;
    };
  }
}
