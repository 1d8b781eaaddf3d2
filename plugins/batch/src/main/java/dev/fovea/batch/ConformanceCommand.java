package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.onnx.conformance.ConformanceResult;
import dev.fovea.engine.onnx.conformance.ConformanceResult.Status;
import dev.fovea.engine.onnx.conformance.FoveaRunner;
import dev.fovea.tasks.ConformanceTask;
import dev.fovea.tasks.batch.BatchReport;
import dev.fovea.tasks.batch.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code fovea conformance}: exit code 1 if a test failed, 3 if none passed; of Fovea's own engine.
 */
final class ConformanceCommand
    extends DataCommand<ConformanceTask.Parameters, ConformanceTask.Result> {
  private static final String PASSED = "passed";
  private static final String GRAPHS = "graphs";
  private static final String FAILED = "failed";
  private static final String UNSUPPORTED = "unsupported";

  ConformanceCommand() {
    super(new ConformanceTask());
  }

  @Override
  public void declare(CommandSpec spec) {
    declareWithPositional(spec);
  }

  @Override
  int exitCode(ConformanceTask.Result result) {
    if (of(result.tests(), Status.PASSED).isEmpty()) {
      return BatchReport.NONE_SUCCEEDED;
    }
    return of(result.tests(), Status.FAILED).isEmpty()
        ? BatchReport.ALL_DONE
        : BatchReport.SOME_FAILED;
  }

  @Override
  void print(ConformanceTask.Result result, Console console) {
    Map<String, List<ConformanceResult>> own = byOperators(result.tests());
    Map<String, List<ConformanceResult>> others = byOperators(result.compared());
    int width = own.keySet().stream().mapToInt(String::length).max().orElse(0);
    String name = "%-" + Math.max(width, "operator".length()) + "s";
    boolean compares = !result.compared().isEmpty();
    String head =
        format(name + "  %6s %6s %6s %11s", "operator", PASSED, GRAPHS, FAILED, UNSUPPORTED);
    if (compares) {
      console.print(format("%" + head.length() + "s | %s", "", result.runtime()));
      head += format(" | %6s %6s %11s", PASSED, FAILED, UNSUPPORTED);
    }
    console.print(head);
    own.forEach(
        (operators, tests) ->
            console.print(
                format(name, operators)
                    + ownCounts(tests)
                    + (compares ? otherCounts(others.get(operators)) : "")));
    console.print(
        format(name, "all")
            + ownCounts(result.tests())
            + (compares ? otherCounts(result.compared()) : ""));
    reasons("", result.tests(), console);
    reasons(result.runtime() + " ", result.compared(), console);
    console.print(
        format(
            "%s: of those passed, how many ran as a graph; the others ran node by node; %.1f s",
            GRAPHS, result.seconds()));
  }

  private static Map<String, List<ConformanceResult>> byOperators(List<ConformanceResult> tests) {
    Map<String, List<ConformanceResult>> all = new TreeMap<>();
    for (ConformanceResult test : tests) {
      String operators = test.operators().isEmpty() ? "?" : String.join("+", test.operators());
      all.computeIfAbsent(operators, k -> new ArrayList<>()).add(test);
    }
    return all;
  }

  private static String ownCounts(List<ConformanceResult> tests) {
    List<ConformanceResult> passed = of(tests, Status.PASSED);
    return format(
        "  %6d %6d %6d %11d",
        passed.size(),
        passed.stream().filter(t -> t.way().equals(FoveaRunner.GRAPH)).count(),
        of(tests, Status.FAILED).size(),
        of(tests, Status.UNSUPPORTED).size());
  }

  private static String otherCounts(List<ConformanceResult> tests) {
    return format(
        " | %6d %6d %11d",
        of(tests, Status.PASSED).size(),
        of(tests, Status.FAILED).size(),
        of(tests, Status.UNSUPPORTED).size());
  }

  private static void reasons(String who, List<ConformanceResult> tests, Console console) {
    for (Status status : List.of(Status.FAILED, Status.UNSUPPORTED)) {
      for (ConformanceResult test : of(tests, status)) {
        console.print(
            who
                + status.name().toLowerCase(Locale.ROOT)
                + ": "
                + test.name()
                + ": "
                + test.reason());
      }
    }
  }

  private static List<ConformanceResult> of(List<ConformanceResult> tests, Status status) {
    return tests.stream().filter(t -> t.status() == status).toList();
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  @Override
  ObjectNode document(ConformanceTask.Result result) {
    ObjectNode document = document(result.tests());
    if (!result.compared().isEmpty()) {
      document.putObject("compared").set(result.runtime(), document(result.compared()));
    }
    return document;
  }

  private static ObjectNode document(List<ConformanceResult> tests) {
    ObjectNode document = Json.object();
    ArrayNode passed = document.putArray(PASSED);
    of(tests, Status.PASSED).forEach(test -> passed.add(test.name()));
    ArrayNode failed = document.putArray(FAILED);
    for (ConformanceResult test : of(tests, Status.FAILED)) {
      failed.addObject().put("name", test.name()).put("reason", test.reason());
    }
    ArrayNode unsupported = document.putArray(UNSUPPORTED);
    for (ConformanceResult test : of(tests, Status.UNSUPPORTED)) {
      unsupported.addObject().put("name", test.name()).put("op", test.unsupported());
    }
    return document;
  }
}
