package dev.fovea.engine.onnx.conformance;

import dev.fovea.engine.onnx.OnnxTensor;
import java.util.List;
import java.util.Optional;

/**
 * Compares outputs as ONNX's own runner of these tests does: the same shape and element type; real
 * numbers within {@code 1e-7 + 1e-3 |expected|}, NaN for NaN, infinities by sign; all others equal.
 */
final class Comparison {

  private static final double RELATIVE = 1e-3;
  private static final double ABSOLUTE = 1e-7;

  private Comparison() {}

  /** What differs first, in a few words; nothing if all is as expected. */
  static Optional<String> difference(
      List<OnnxTensor> expected, List<OnnxTensor> found, boolean typesOnly) {
    if (expected.size() != found.size()) {
      return Optional.of("expected " + expected.size() + " outputs, found " + found.size());
    }
    for (int i = 0; i < expected.size(); i++) {
      Optional<String> d = difference(expected.get(i), found.get(i), typesOnly);
      if (d.isPresent()) {
        return Optional.of("output " + i + ": " + d.get());
      }
    }
    return Optional.empty();
  }

  private static Optional<String> difference(
      OnnxTensor expected, OnnxTensor found, boolean typesOnly) {
    if (expected.type() != found.type() || !expected.shape().equals(found.shape())) {
      return Optional.of("expected " + expected + ", found " + found);
    }
    for (int i = 0; i < expected.size() && !typesOnly; i++) {
      if (!same(expected, found, i)) {
        return Optional.of(
            "element " + i + ": expected " + expected.text(i) + ", found " + found.text(i));
      }
    }
    return Optional.empty();
  }

  private static boolean same(OnnxTensor expected, OnnxTensor found, int i) {
    if (!expected.type().isReal()) {
      return expected.text(i).equals(found.text(i));
    }
    double e = expected.real(i);
    double f = found.real(i);
    if (Double.isNaN(e) || Double.isInfinite(e)) {
      return Double.compare(e, f) == 0;
    }
    return Math.abs(f - e) <= ABSOLUTE + RELATIVE * Math.abs(e);
  }
}
