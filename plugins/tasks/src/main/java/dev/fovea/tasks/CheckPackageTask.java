package dev.fovea.tasks;

import dev.fovea.engine.bioimage.BioimagePackage;
import dev.fovea.engine.bioimage.PackageCheck;
import dev.fovea.engine.runtime.Inference;
import java.io.IOException;
import java.util.List;

/** Runs the test tensors of a bioimage.io package, see {@link PackageCheck}. */
public final class CheckPackageTask
    implements DataTask<CheckPackageTask.Parameters, CheckPackageTask.Result> {
  private static final String MODEL = "model";

  /**
   * What to check.
   *
   * @param model a package
   */
  public record Parameters(String model) {}

  /**
   * How the outputs compare.
   *
   * @param found the package
   * @param outputs a comparison for each
   */
  public record Result(BioimagePackage found, List<PackageCheck.Comparison> outputs) {
    /** Copies the list. */
    public Result {
      outputs = List.copyOf(outputs);
    }

    /** Whether all outputs are as expected. */
    public boolean passed() {
      return outputs.stream().allMatch(PackageCheck.Comparison::passed);
    }
  }

  @Override
  public String name() {
    return "models check";
  }

  @Override
  public String description() {
    return "Run the test tensors that come with a bioimage.io package, and compare the outputs.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.model(null, "A bioimage.io package: a zip file, or a folder with rdf.yaml."));
  }

  @Override
  public Parameters bind(Arguments arguments) {
    return new Parameters(arguments.text(MODEL));
  }

  @Override
  public Result run(Parameters parameters, RunOptions options, TaskContext context)
      throws IOException {
    Model model = Models.load(parameters.model(), options);
    BioimagePackage found = model.requirePackage();
    try (Inference network = model.open(options)) {
      return new Result(found, PackageCheck.run(found, network));
    }
  }
}
