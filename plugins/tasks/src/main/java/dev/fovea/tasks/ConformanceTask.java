package dev.fovea.tasks;

import dev.fovea.engine.onnx.conformance.ConformanceResult;
import dev.fovea.engine.onnx.conformance.ConformanceRunner;
import dev.fovea.engine.onnx.conformance.ConformanceSuite;
import dev.fovea.engine.onnx.conformance.ConformanceTestCase;
import dev.fovea.engine.onnx.conformance.FoveaRunner;
import dev.fovea.engine.runtime.InferenceRuntimes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs conformance tests of ONNX, see {@link ConformanceSuite}. */
public final class ConformanceTask
    implements DataTask<ConformanceTask.Parameters, ConformanceTask.Result> {
  private static final String FOLDER = "folder";
  private static final String COMPARE = "compare";

  /**
   * What to run.
   *
   * @param folder a folder with tests
   * @param compared name of another runtime that is put to the same tests; empty for none
   */
  public record Parameters(Path folder, String compared) {}

  /**
   * What became of the tests.
   *
   * @param tests a result for each, in the order of their names
   * @param runtime name of the runtime that they are compared with; empty if none was asked for
   * @param compared the same tests on it
   * @param seconds duration
   */
  public record Result(
      List<ConformanceResult> tests,
      String runtime,
      List<ConformanceResult> compared,
      double seconds) {

    /** Copies the lists. */
    public Result {
      tests = List.copyOf(tests);
      compared = List.copyOf(compared);
    }
  }

  @Override
  public String name() {
    return "conformance";
  }

  @Override
  public String description() {
    return "Run ONNX's own tests of operators: models with inputs and expected outputs.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.folder(
            "Folder", "With a folder for each test: model.onnx and test_data_set_0, 1, ..."),
        Parameter.text(
            "Compare (runtime)",
            "",
            "Put another runtime to the same tests, and show both: onnxruntime."));
  }

  @Override
  public Parameters bind(Arguments arguments) {
    return new Parameters(Path.of(arguments.text(FOLDER)), arguments.text(COMPARE));
  }

  @Override
  public Result run(Parameters parameters, RunOptions options, TaskContext context)
      throws IOException {
    long start = System.nanoTime();
    String compared = parameters.compared();
    ConformanceRunner own = new FoveaRunner(options.inference());
    // Asked for first as a runtime: that says why, if it is not there or cannot be used.
    ConformanceRunner other =
        compared.isEmpty()
            ? null
            : ConformanceRunner.named(InferenceRuntimes.named(compared).name());
    List<ConformanceTestCase> tests = ConformanceSuite.find(parameters.folder());
    List<ConformanceResult> results = new ArrayList<>();
    List<ConformanceResult> others = new ArrayList<>();
    for (ConformanceTestCase test : tests) {
      context.checkCancelled();
      context.progress((double) results.size() / tests.size(), test.name());
      results.add(test.run(own));
      if (other != null) {
        others.add(test.run(other));
      }
    }
    return new Result(results, compared, others, (System.nanoTime() - start) * 1e-9);
  }
}
