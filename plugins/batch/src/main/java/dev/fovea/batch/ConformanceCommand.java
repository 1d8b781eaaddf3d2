package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.onnx.conformance.ConformanceResult;
import dev.fovea.engine.onnx.conformance.ConformanceResult.Status;
import dev.fovea.engine.onnx.conformance.FoveaRunner;
import dev.fovea.tasks.ConformanceTask;
import dev.fovea.tasks.batch.BatchReport;
import dev.fovea.tasks.batch.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;

/** {@code fovea conformance}: exit code 1 if a test failed, 3 if none passed. */
final class ConformanceCommand implements Command {
  private static final String GRAPHS = "graphs";

  private final ConformanceTask task = new ConformanceTask();

  @Override
  public String name() {
    return task.name();
  }

  @Override
  public String description() {
    return task.description();
  }

  @Override
  public void declare(CommandSpec spec) {
    TaskOptions.declareWithPositional(task, spec);
  }

  @Override
  public int run(Invocation call) throws IOException {
    ConformanceTask.Parameters parameters =
        task.bind(TaskOptions.arguments(task, call.arguments()));
    ConformanceTask.Result result;
    try (ProgressView progress = call.progress(task.name())) {
      result = task.run(parameters, call.options(), progress);
    }
    print(result, call.console());
    call.console().document(document(result));
    if (result.of(Status.PASSED).isEmpty()) {
      return BatchReport.NONE_SUCCEEDED;
    }
    return result.of(Status.FAILED).isEmpty() ? BatchReport.ALL_DONE : BatchReport.SOME_FAILED;
  }

  private static void print(ConformanceTask.Result result, Console console) {
    Map<String, List<ConformanceResult>> byOperator = new TreeMap<>();
    for (ConformanceResult test : result.tests()) {
      String operators = test.operators().isEmpty() ? "?" : String.join("+", test.operators());
      byOperator.computeIfAbsent(operators, k -> new ArrayList<>()).add(test);
    }
    int width = byOperator.keySet().stream().mapToInt(String::length).max().orElse(0);
    String row = "%-" + Math.max(width, "operator".length()) + "s  %6s %6s %6s %11s";
    console.print(format(row, "operator", "passed", GRAPHS, "failed", "unsupported"));
    byOperator.forEach((operator, tests) -> console.print(line(row, operator, tests)));
    console.print(line(row, "all", result.tests()));
    for (Status status : List.of(Status.FAILED, Status.UNSUPPORTED)) {
      for (ConformanceResult test : result.of(status)) {
        console.print(
            status.name().toLowerCase(Locale.ROOT) + ": " + test.name() + ": " + test.reason());
      }
    }
    console.print(
        format(
            "%s: of those passed, how many ran as a graph; the others ran node by node; %.1f s",
            GRAPHS, result.seconds()));
  }

  private static String line(String row, String name, List<ConformanceResult> tests) {
    List<ConformanceResult> passed = of(tests, Status.PASSED);
    return format(
        row,
        name,
        passed.size(),
        passed.stream().filter(t -> t.way().equals(FoveaRunner.GRAPH)).count(),
        of(tests, Status.FAILED).size(),
        of(tests, Status.UNSUPPORTED).size());
  }

  private static List<ConformanceResult> of(List<ConformanceResult> tests, Status status) {
    return tests.stream().filter(t -> t.status() == status).toList();
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  private static ObjectNode document(ConformanceTask.Result result) {
    ObjectNode document = Json.object();
    ArrayNode passed = document.putArray("passed");
    result.of(Status.PASSED).forEach(test -> passed.add(test.name()));
    ArrayNode failed = document.putArray("failed");
    for (ConformanceResult test : result.of(Status.FAILED)) {
      failed.addObject().put("name", test.name()).put("reason", test.reason());
    }
    ArrayNode unsupported = document.putArray("unsupported");
    for (ConformanceResult test : result.of(Status.UNSUPPORTED)) {
      unsupported.addObject().put("name", test.name()).put("op", test.unsupported());
    }
    return document;
  }
}
