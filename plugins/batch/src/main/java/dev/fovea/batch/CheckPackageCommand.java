package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.bioimage.PackageCheck.Comparison;
import dev.fovea.tasks.CheckPackageTask;
import dev.fovea.tasks.batch.BatchReport;
import dev.fovea.tasks.batch.Json;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** {@code fovea models check}: exit code 1 if an output is not as expected. */
final class CheckPackageCommand
    extends DataCommand<CheckPackageTask.Parameters, CheckPackageTask.Result> {

  CheckPackageCommand() {
    super(new CheckPackageTask());
  }

  @Override
  public void declare(CommandSpec spec) {
    declareWithPositional(spec);
  }

  @Override
  void print(CheckPackageTask.Result result, Console console) {
    console.print(result.found().name() + ": " + result.found().description().name());
    for (Comparison output : result.outputs()) {
      console.print(
          String.format(
              Locale.ROOT,
              "%s  %s %s: largest difference %.3g, %d of %d elements beyond %s",
              output.passed() ? "passed" : "FAILED",
              output.output(),
              output.shape(),
              output.largest(),
              output.beyond(),
              output.shape().size(),
              output.tolerance()));
    }
  }

  @Override
  ObjectNode document(CheckPackageTask.Result result) {
    ObjectNode document = Json.object();
    document.put("model", result.found().name());
    document.put("passed", result.passed());
    ArrayNode rows = document.putArray("outputs");
    for (Comparison output : result.outputs()) {
      ObjectNode row = rows.addObject();
      row.put("name", output.output());
      row.put("shape", output.shape().toString());
      row.put("passed", output.passed());
      if (Double.isFinite(output.largest())) {
        row.put("largest_difference", output.largest());
      } else {
        row.putNull("largest_difference");
      }
      row.put("beyond", output.beyond());
      row.put("absolute_tolerance", output.tolerance().absolute());
      row.put("relative_tolerance", output.tolerance().relative());
      row.put("mismatched_elements_per_million", output.tolerance().perMillion());
    }
    return document;
  }

  @Override
  int exitCode(CheckPackageTask.Result result) {
    return result.passed() ? BatchReport.ALL_DONE : BatchReport.SOME_FAILED;
  }
}
