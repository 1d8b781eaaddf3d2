package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.monitor.TensorCheck;
import dev.fovea.engine.monitor.TensorCheck.Verdict;
import dev.fovea.tasks.CheckGradientsTask;
import dev.fovea.tasks.batch.BatchReport;
import dev.fovea.tasks.batch.Json;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;

/** {@code fovea check-gradients}: exit code 1 if a gradient is wrong. */
final class CheckGradientsCommand
    extends DataCommand<CheckGradientsTask.Parameters, CheckGradientsTask.Result> {

  CheckGradientsCommand() {
    super(new CheckGradientsTask());
  }

  @Override
  public void declare(CommandSpec spec) {
    declareWithPositional(spec);
  }

  @Override
  int exitCode(CheckGradientsTask.Result result) {
    return result.count(Verdict.FAIL) > 0 ? BatchReport.SOME_FAILED : BatchReport.ALL_DONE;
  }

  @Override
  void print(CheckGradientsTask.Result result, Console console) {
    List<TensorCheck> rows =
        result.tensors().stream().filter(t -> !t.isSum() || t.verdict() != Verdict.PASS).toList();
    String row =
        "%-"
            + width(rows, TensorCheck::node, 4)
            + "s  %-"
            + width(rows, TensorCheck::operator, 8)
            + "s  %-"
            + width(rows, TensorCheck::by, 2)
            + "s  %7s %4s %4s %8s  %7s  %s";
    console.print(
        format(row, "node", "operator", "by", "checked", "zero", "kink", "rounding", "error", ""));
    for (TensorCheck t : rows) {
      console.print(
          format(
              row,
              t.node(),
              t.operator(),
              t.by(),
              t.checked(),
              t.zeros(),
              t.kinks(),
              t.unresolved(),
              format("%.1e", t.error()),
              verdict(t)));
    }
    long sums = result.tensors().stream().filter(TensorCheck::isSum).count();
    long wrong = rows.stream().filter(TensorCheck::isSum).count();
    console.print(
        format(
            "chain: of %d values, what flows back is the sum of what their readers say for %d",
            sums, sums - wrong));
    console.print(
        format(
            "%d pass, %d doubtful, %d fail; %.1f s",
            result.count(Verdict.PASS),
            result.count(Verdict.DOUBTFUL),
            result.count(Verdict.FAIL),
            result.seconds()));
    console.print(
        format(
            "error: largest |a - n| / max(|a|, |n|), pass up to %.0e, fail above %.0e; not counted:"
                + " zero, both zero; kink, between the slopes of a kink's sides; rounding, no more"
                + " than float32 explains",
            TensorCheck.PASS, TensorCheck.FAIL));
  }

  private static int width(List<TensorCheck> rows, Function<TensorCheck, String> cell, int least) {
    return rows.stream().map(cell).mapToInt(String::length).reduce(least, Math::max);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String verdict(TensorCheck t) {
    String verdict = t.verdict().name().toLowerCase(Locale.ROOT);
    if (t.verdict() == Verdict.PASS) {
      return verdict;
    }
    if (t.error() <= TensorCheck.PASS) {
      return verdict + ": mostly kinks and rounding";
    }
    return format(
        "%s: %s, analytic %.6g, %s %.6g",
        verdict,
        t.element() < 0 ? "along a random direction" : "element " + t.element(),
        t.analytic(),
        t.isSum() ? "readers" : "numeric",
        t.numeric());
  }

  @Override
  ObjectNode document(CheckGradientsTask.Result result) {
    ObjectNode document = Json.object();
    document.put("model", result.model().name());
    document.put("sha256", result.model().sha256());
    for (Verdict verdict : Verdict.values()) {
      document.put(verdict.name().toLowerCase(Locale.ROOT), result.count(verdict));
    }
    Json.put(document, "seconds", result.seconds());
    ArrayNode tensors = document.putArray("tensors");
    for (TensorCheck t : result.tensors()) {
      ObjectNode row = tensors.addObject();
      row.put("node", t.node());
      row.put("operator", t.operator());
      row.put("by", t.by());
      row.put("shape", t.shape().toString());
      row.put("checked", t.checked());
      row.put("zeros", t.zeros());
      row.put("kinks", t.kinks());
      row.put("unresolved", t.unresolved());
      row.put("error", t.error());
      row.put("analytic", t.analytic());
      row.put("numeric", t.numeric());
      row.put("element", t.element());
      row.put("verdict", t.verdict().name().toLowerCase(Locale.ROOT));
    }
    return document;
  }
}
