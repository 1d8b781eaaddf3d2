package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * One run of a node on known tensors. What does not fit ends in an {@link
 * IllegalArgumentException}, to which the caller adds the place.
 *
 * @param at the node, for messages
 * @param node the node
 * @param opset the opset of its file
 * @param inputs what it reads; null for an input that is left out
 * @param limits how large what it computes may be
 * @param options where engine operators run, and the seed of random ones
 */
record NodeCall(
    Place at,
    NodeProto node,
    int opset,
    List<OnnxTensor> inputs,
    Limits limits,
    SessionOptions options) {

  /** Of one node that has no kernel, which is about a minute. */
  private static final double MOST_OPERATIONS = 1L << 36;

  /** Refuses what would take hours: a file of a few bytes can ask for any work. */
  static void checkWork(double operations) {
    if (operations > MOST_OPERATIONS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "found %.3g operations to do one after the other, expected at most %.3g",
              operations,
              MOST_OPERATIONS));
    }
  }

  /** The same node on other inputs. */
  NodeCall with(List<OnnxTensor> others) {
    return new NodeCall(at, node, opset, others, limits, options);
  }

  /** Another node of the same file. */
  NodeCall of(NodeProto other, List<OnnxTensor> in) {
    return new NodeCall(at, other, opset, in, limits, options);
  }

  /** An input that must be there. */
  OnnxTensor in(int i) {
    OnnxTensor t = optional(i);
    if (t == null) {
      throw new IllegalArgumentException("expected an input at position " + i + ", found none");
    }
    return t;
  }

  /** An input, or null. */
  OnnxTensor optional(int i) {
    return i < inputs.size() ? inputs.get(i) : null;
  }

  /** The number that the only element of an input is. */
  long number(int i) {
    return single(i).integer(0);
  }

  /** An input of one element. */
  OnnxTensor single(int i) {
    OnnxTensor t = in(i);
    if (t.size() != 1) {
      throw new IllegalArgumentException("input " + i + ": expected one element, found " + t);
    }
    return t;
  }

  /** An attribute, or null. */
  AttributeProto attribute(String name) {
    return node.getAttributeList().stream()
        .filter(a -> a.getName().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** An integer attribute. */
  long integer(String name, long otherwise) {
    AttributeProto a = attribute(name);
    return a == null ? otherwise : a.getI();
  }

  /** Whether an integer attribute is set. */
  boolean flag(String name, boolean otherwise) {
    return integer(name, otherwise ? 1 : 0) != 0;
  }

  /** A real attribute. */
  double real(String name, double otherwise) {
    AttributeProto a = attribute(name);
    return a == null ? otherwise : a.getF();
  }

  /** A text attribute. */
  String text(String name, String otherwise) {
    AttributeProto a = attribute(name);
    return a == null ? otherwise : a.getS().toStringUtf8();
  }

  /** The integers of an attribute or, since a later opset, of an input; null if there are none. */
  int[] integers(String name, int input) {
    AttributeProto a = attribute(name);
    if (a != null) {
      return a.getIntsList().stream().mapToInt(Math::toIntExact).toArray();
    }
    OnnxTensor t = input < 0 ? null : optional(input);
    return t == null ? null : t.ints();
  }

  /** The element type that an attribute names. */
  OnnxTensor.Type type(String name, OnnxTensor.Type otherwise) {
    AttributeProto a = attribute(name);
    if (a == null) {
      return otherwise;
    }
    OnnxTensor.Type type = OnnxTensor.Type.ofFile(Math.toIntExact(a.getI()));
    if (type == null) {
      throw new IllegalArgumentException(
          "attribute '"
              + name
              + "': found the element type "
              + a.getI()
              + ", expected "
              + Arrays.toString(OnnxTensor.Type.values()));
    }
    return type;
  }

  /** The axis that an integer attribute names. */
  int axis(long otherwise, Shape s) {
    return axis(s, integer("axis", otherwise));
  }

  /** An axis counted from the outermost dimension. */
  static int axis(Shape s, long axis) {
    long d = axis < 0 ? axis + s.rank() : axis;
    if (d < 0 || d >= s.rank()) {
      throw new IllegalArgumentException("expected an axis of " + s + ", found " + axis);
    }
    return (int) d;
  }

  /** A shape that is computed, within the limits. */
  Shape bounded(int... extents) throws ModelFormatException {
    return limits.shape(at, Arrays.stream(extents).asLongStream().boxed().toList());
  }

  /** A shape that is the content of a tensor, within the limits. */
  Shape bounded(OnnxTensor extents) throws ModelFormatException {
    if (extents.size() > Limits.MAX_RANK) {
      throw at.error(extents.size() + " dimensions", "at most " + Limits.MAX_RANK);
    }
    return limits.shape(at, IntStream.range(0, extents.size()).mapToObj(extents::integer).toList());
  }
}
