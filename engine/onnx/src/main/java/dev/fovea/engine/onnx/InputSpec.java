package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.fovea.engine.tensor.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * An input as a file declares it.
 *
 * @param name its name
 * @param type what its elements mean
 * @param dims extents; of no meaning where the dimension is free
 * @param free names of free dimensions, {@code ""} for fixed ones
 */
record InputSpec(String name, ElementType type, List<Long> dims, List<String> free) {

  static InputSpec read(Place file, ValueInfoProto proto) throws ModelFormatException {
    Place at = file.in("input '" + proto.getName() + "'");
    TypeProto.Tensor type = proto.getType().getTensorType();
    if (!proto.getType().hasTensorType()) {
      throw at.error("no tensor", "a tensor");
    }
    ElementType elements = ElementTypes.of(at, type.getElemType());
    if (!type.hasShape()) {
      throw at.error("no shape", "a shape such as [N, C, H, W]");
    }
    List<Long> dims = new ArrayList<>();
    List<String> free = new ArrayList<>();
    for (Dimension d : type.getShape().getDimList()) {
      if (d.hasDimValue() && d.getDimValue() < 1) {
        throw at.error("an extent of " + d.getDimValue(), "extents >= 1, or a name for free ones");
      }
      dims.add(d.getDimValue());
      // A dimension that says nothing is free and equal to no other.
      free.add(
          d.hasDimValue()
              ? ""
              : d.getDimParam().isEmpty()
                  ? proto.getName() + "_dim" + free.size()
                  : d.getDimParam());
    }
    return new InputSpec(proto.getName(), elements, dims, free);
  }

  /** A copy with an extent in place of some of the free dimensions. */
  InputSpec fixed(IntPredicate which, long extent) {
    List<Long> extents = new ArrayList<>(dims);
    List<String> names = new ArrayList<>(free);
    for (int d = 0; d < names.size(); d++) {
      if (!names.get(d).isEmpty() && which.test(d)) {
        extents.set(d, extent);
        names.set(d, "");
      }
    }
    return new InputSpec(name, type, extents, names);
  }

  /** The extents with numbers in place of the free dimensions. */
  List<Long> extents(Map<String, Long> values) {
    List<Long> all = new ArrayList<>(dims);
    for (int d = 0; d < all.size(); d++) {
      if (!free.get(d).isEmpty()) {
        all.set(d, values.get(free.get(d)));
      }
    }
    return all;
  }
}
