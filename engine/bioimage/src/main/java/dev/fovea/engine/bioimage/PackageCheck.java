package dev.fovea.engine.bioimage;

import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the test tensors that come with a package, whole, through its processing and its network,
 * and compares the outputs with those that its authors got.
 */
public final class PackageCheck {
  private PackageCheck() {}

  /**
   * How an output compares.
   *
   * @param output its name
   * @param shape its extents
   * @param largest largest absolute difference
   * @param beyond number of elements that differ by more than the tolerance
   * @param tolerance what the package asks for, or what is usual
   */
  public record Comparison(
      String output, Shape shape, double largest, long beyond, Tolerance tolerance) {
    /** Whether no more elements than may are beyond the tolerance. */
    public boolean passed() {
      return beyond * 1_000_000 <= (long) tolerance.perMillion() * shape.size();
    }
  }

  /**
   * Runs the test.
   *
   * @param network the weights of the package, opened
   * @return a comparison for each output
   * @throws PackageFormatException if there are no test tensors, or they do not fit the model
   * @throws IOException if they cannot be read
   */
  public static List<Comparison> run(BioimagePackage model, Inference network) throws IOException {
    ModelDescription description = model.description();
    Place at = new Place(model.name());
    Map<String, Sample> inputs = new LinkedHashMap<>();
    for (TensorDescription input : description.inputs()) {
      inputs.put(input.id(), sample(at, input, test(at, model, input)));
    }
    List<Comparison> all = new ArrayList<>();
    try {
      Tensor[] ready = new Tensor[inputs.size()];
      for (int i = 0; i < ready.length; i++) {
        TensorDescription input = description.inputs().get(i);
        ready[i] = Predictor.process(input.processing(), inputs.get(input.id()), inputs).tensor();
      }
      List<Tensor> found = network.forward(ready);
      if (found.size() < description.outputs().size()) {
        throw at.error(
            found.size() + " outputs of the network",
            description.outputs().size() + " as described");
      }
      for (int k = 0; k < description.outputs().size(); k++) {
        TensorDescription output = description.outputs().get(k);
        Sample result = new Sample(output.axisIds(), found.get(k));
        Tensor computed = Predictor.process(output.processing(), result, inputs).tensor();
        all.add(compare(at, output, computed, test(at, model, output)));
      }
    } catch (IllegalArgumentException e) {
      throw at.problem("its test tensors do not run: " + e.getMessage(), e);
    }
    return all;
  }

  private static Tensor test(Place at, BioimagePackage model, TensorDescription tensor)
      throws IOException {
    Optional<Tensor> found = model.test(tensor);
    if (found.isEmpty()) {
      throw at.error("no test tensor of '" + tensor.id() + "'", "one for each input and output");
    }
    if (found.get().size() == 0) {
      throw at.error(
          "a test tensor of '" + tensor.id() + "' of shape " + found.get().shape(),
          "one with elements");
    }
    return found.get();
  }

  private static Sample sample(Place at, TensorDescription description, Tensor tensor)
      throws PackageFormatException {
    try {
      return new Sample(description.axisIds(), tensor);
    } catch (IllegalArgumentException e) {
      throw at.problem("test tensor of '" + description.id() + "': " + e.getMessage(), e);
    }
  }

  private static Comparison compare(
      Place at, TensorDescription output, Tensor found, Tensor expected)
      throws PackageFormatException {
    if (!found.shape().equals(expected.shape())) {
      throw at.error(
          "an output '" + output.id() + "' of " + found.shape(),
          expected.shape() + " as its test tensor");
    }
    double largest = 0;
    long beyond = 0;
    for (int i = 0; i < found.size(); i++) {
      float element = found.get(i);
      beyond += output.tolerance().accepts(element, expected.get(i)) ? 0 : 1;
      if (Float.compare(element, expected.get(i)) != 0) {
        largest = Math.max(largest, Math.abs((double) element - expected.get(i)));
      }
    }
    return new Comparison(output.id(), found.shape(), largest, beyond, output.tolerance());
  }
}
