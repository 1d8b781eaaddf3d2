package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.zoo.SanityCheck.Finding;
import dev.fovea.engine.zoo.SanityCheck.Verdict;
import dev.fovea.tasks.CheckClassifierTask;
import dev.fovea.tasks.TrainClassifierTask;
import dev.fovea.tasks.batch.BatchReport;
import dev.fovea.tasks.batch.Json;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** {@code fovea train classifier --check}: exit code 1 if there is a mistake. */
final class CheckClassifierCommand
    extends DataCommand<TrainClassifierTask.Parameters, List<Finding>> {

  CheckClassifierCommand() {
    super(new CheckClassifierTask());
  }

  @Override
  int exitCode(List<Finding> findings) {
    return count(findings, Verdict.FAIL) > 0 ? BatchReport.SOME_FAILED : BatchReport.ALL_DONE;
  }

  @Override
  void print(List<Finding> findings, Console console) {
    String row =
        "%-"
            + width(findings, Finding::check)
            + "s  %-8s  %-"
            + width(findings, Finding::found)
            + "s  %s";
    console.print(String.format(Locale.ROOT, row, "check", "verdict", "found", "expected"));
    for (Finding f : findings) {
      console.print(
          String.format(Locale.ROOT, row, f.check(), text(f.verdict()), f.found(), f.expected()));
    }
    console.print(
        String.format(
            Locale.ROOT,
            "%d pass, %d doubtful, %d fail",
            count(findings, Verdict.PASS),
            count(findings, Verdict.DOUBTFUL),
            count(findings, Verdict.FAIL)));
  }

  private static int width(List<Finding> findings, Function<Finding, String> cell) {
    return findings.stream().map(cell).mapToInt(String::length).reduce(5, Math::max);
  }

  private static long count(List<Finding> findings, Verdict verdict) {
    return findings.stream().filter(f -> f.verdict() == verdict).count();
  }

  private static String text(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }

  @Override
  ObjectNode document(List<Finding> findings) {
    ObjectNode document = Json.object();
    document.put("failed", count(findings, Verdict.FAIL));
    ArrayNode rows = document.putArray("checks");
    for (Finding f : findings) {
      ObjectNode row = rows.addObject();
      row.put("check", f.check());
      row.put("verdict", text(f.verdict()));
      row.put("found", f.found());
      row.put("expected", f.expected());
    }
    return document;
  }
}
