package dev.fovea.engine.onnx;

import dev.fovea.engine.onnx.Places.Cut;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Operators that only move elements, for every element type. The engine moves the numbers of the
 * elements in their place: float32 holds each of them, whatever the elements themselves are.
 */
final class HostMovements {

  /** By operator, the inputs that are moved; for {@link #ALL} every one. */
  private static final Map<String, Set<Integer>> MOVED =
      Map.ofEntries(
          Map.entry("CenterCropPad", Set.of(0)),
          Map.entry("Concat", Set.of()),
          Map.entry("DepthToSpace", Set.of(0)),
          Map.entry("Expand", Set.of(0)),
          Map.entry("Flatten", Set.of(0)),
          Map.entry("Gather", Set.of(0)),
          Map.entry("GatherElements", Set.of(0)),
          Map.entry("GatherND", Set.of(0)),
          Map.entry("Pad", Set.of(0, 2)),
          Map.entry("Reshape", Set.of(0)),
          Map.entry("ReverseSequence", Set.of(0)),
          Map.entry("ScatterElements", Set.of(0, 2)),
          Map.entry("ScatterND", Set.of(0, 2)),
          Map.entry("Slice", Set.of(0)),
          Map.entry("SpaceToDepth", Set.of(0)),
          Map.entry("Split", Set.of(0)),
          Map.entry("Squeeze", Set.of(0)),
          Map.entry("Tile", Set.of(0)),
          Map.entry("Transpose", Set.of(0)),
          Map.entry("Trilu", Set.of(0)),
          Map.entry("Unsqueeze", Set.of(0)));

  private static final Set<Integer> ALL = Set.of();

  private HostMovements() {}

  /** Whether a node only moves elements that the engine does not hold itself. */
  static boolean moves(NodeCall call) {
    Set<Integer> moved = MOVED.get(call.node().getOpType());
    return moved != null
        && call.optional(0) != null
        && !call.in(0).type().isSingle()
        && call.text("reduction", "none").equals("none");
  }

  /** Runs a node on the numbers of its elements. */
  static List<OnnxTensor> run(NodeCall call) throws ModelFormatException {
    Set<Integer> moved = MOVED.get(call.node().getOpType());
    // The first element is what places hold that nothing is moved to.
    List<OnnxTensor> sources = new ArrayList<>(List.of(OnnxTensor.zero(call.in(0).type())));
    List<OnnxTensor> numbered = new ArrayList<>();
    int count = 1;
    for (int i = 0; i < call.inputs().size(); i++) {
      OnnxTensor t = call.inputs().get(i);
      if (t == null || !(moved.equals(ALL) || moved.contains(i))) {
        numbered.add(t);
        continue;
      }
      if (t.type() != call.in(0).type()) {
        throw new IllegalArgumentException(
            "expected operands of one type, found " + call.in(0).type() + " and " + t.type());
      }
      int first = count;
      numbered.add(OnnxTensor.reals(OnnxTensor.Type.FLOAT, t.shape(), p -> first + p));
      sources.add(t);
      count = Math.addExact(count, t.size());
      if (count > ElementType.MAX_INTEGER) {
        throw new IllegalArgumentException(
            "expected at most 2^24 elements of type " + t.type() + ", found " + t);
      }
    }
    OnnxTensor pool = pool(sources, count);
    List<OnnxTensor> results = new ArrayList<>();
    for (OnnxTensor numbers : EngineCall.run(call.with(numbered))) {
      results.add(pool.pick(numbers.shape(), numbers.ints()));
    }
    return results;
  }

  /** All elements of all tensors, one after the other. */
  private static OnnxTensor pool(List<OnnxTensor> sources, int count) {
    OnnxTensor[] source = new OnnxTensor[count];
    int[] place = new int[count];
    int n = 0;
    for (OnnxTensor t : sources) {
      for (int p = 0; p < t.size(); p++) {
        source[n] = t;
        place[n++] = p;
      }
    }
    return OnnxTensor.build(sources.get(0).type(), Shape.of(count), i -> source[i], i -> place[i]);
  }

  /** Whether a Reshape asks for extents of 0, and not for those of its input. */
  static boolean reshapesToNothing(NodeCall call) {
    OnnxTensor shape = call.optional(1);
    return call.node().getOpType().equals("Reshape")
        && call.flag("allowzero", false)
        && shape != null
        && IntStream.range(0, shape.size()).anyMatch(i -> shape.integer(i) == 0);
  }

  /** A tensor without elements under another shape without elements. */
  static List<OnnxTensor> toNothing(NodeCall call) throws ModelFormatException {
    return List.of(call.in(0).reshape(call.bounded(call.in(1))));
  }

  /** New entries written into a cache at an index of its own for each item of a batch. */
  static OnnxTensor tensorScatter(NodeCall call) {
    OnnxTensor cache = call.in(0);
    OnnxTensor update = call.in(1);
    OnnxTensor indices = call.optional(2);
    int axis = call.axis(-2, cache.shape());
    boolean circular = call.text("mode", "linear").equals("circular");
    if (axis == 0 || !update.shape().with(axis, cache.shape().dim(axis)).equals(cache.shape())) {
      throw new IllegalArgumentException(
          "expected an update that differs from the cache in axis "
              + axis
              + " alone, found "
              + update
              + " for "
              + cache);
    }
    Cut to = Cut.of(cache.shape(), axis);
    Cut from = Cut.of(update.shape(), axis);
    int outerPerItem = to.outer() / Math.max(1, cache.shape().dim(0));
    int[] place = new int[cache.size()];
    Arrays.fill(place, -1);
    for (int p = 0; p < update.size(); p++) {
      int o = p / from.inner() / from.along();
      long start = indices == null ? 0 : indices.integer(o / outerPerItem);
      long a = start + p / from.inner() % from.along();
      a = circular ? Math.floorMod(a, to.along()) : a;
      if (a < 0 || a >= to.along()) {
        throw new IllegalArgumentException(
            "write_indices: expected places in 0.." + (to.along() - 1) + ", found " + a);
      }
      place[to.place(o, (int) a, p % from.inner())] = p;
    }
    return OnnxTensor.build(
        cache.type(),
        cache.shape(),
        i -> place[i] < 0 ? cache : update,
        i -> place[i] < 0 ? i : place[i]);
  }
}
