package dev.fovea.tasks;

import dev.fovea.engine.onnx.conformance.ConformanceResult;
import dev.fovea.engine.onnx.conformance.ConformanceSuite;
import dev.fovea.engine.onnx.conformance.ConformanceTestCase;
import dev.fovea.engine.onnx.conformance.FoveaRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs conformance tests of ONNX, see {@link ConformanceSuite}. */
public final class ConformanceTask
    implements DataTask<ConformanceTask.Parameters, ConformanceTask.Result> {
  private static final String FOLDER = "folder";

  /**
   * What to run.
   *
   * @param folder a folder with tests
   */
  public record Parameters(Path folder) {}

  /**
   * What became of the tests.
   *
   * @param tests a result for each, in the order of their names
   * @param seconds duration
   */
  public record Result(List<ConformanceResult> tests, double seconds) {

    /** Copies the list. */
    public Result {
      tests = List.copyOf(tests);
    }

    /** The tests of a status. */
    public List<ConformanceResult> of(ConformanceResult.Status status) {
      return tests.stream().filter(t -> t.status() == status).toList();
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
            "Folder", "With a folder for each test: model.onnx and test_data_set_0, 1, ..."));
  }

  @Override
  public Parameters bind(Arguments arguments) {
    return new Parameters(Path.of(arguments.text(FOLDER)));
  }

  @Override
  public Result run(Parameters parameters, RunOptions options, TaskContext context)
      throws IOException {
    long start = System.nanoTime();
    FoveaRunner runner = new FoveaRunner(options.inference());
    List<ConformanceTestCase> tests = ConformanceSuite.find(parameters.folder());
    List<ConformanceResult> results = new ArrayList<>();
    for (ConformanceTestCase test : tests) {
      context.checkCancelled();
      context.progress((double) results.size() / tests.size(), test.name());
      results.add(test.run(runner));
    }
    return new Result(results, (System.nanoTime() - start) * 1e-9);
  }
}
