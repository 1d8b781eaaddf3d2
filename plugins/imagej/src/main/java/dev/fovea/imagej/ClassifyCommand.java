package dev.fovea.imagej;

import dev.fovea.engine.zoo.Prediction;
import dev.fovea.tasks.ClassifyTask;
import ij.measure.ResultsTable;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Tells what is in an image: a table of the most probable classes. */
final class ClassifyCommand extends Command<ClassifyTask.Parameters, List<Prediction>> {
  private static final String TABLE = "Fovea Classes";

  ClassifyCommand() {
    super("Classify", new ClassifyTask(), List.of(), List.of());
  }

  @Override
  String show(Findings<List<Prediction>> findings, ResultFiles files) throws IOException {
    ResultsTable table = new ResultsTable();
    for (Map.Entry<Integer, List<Prediction>> slice : findings.bySlice().entrySet()) {
      int rank = 1;
      for (Prediction prediction : slice.getValue()) {
        Tables.addRow(table, findings.image(), slice.getKey());
        table.addValue("rank", rank++);
        table.addValue("class", prediction.label());
        table.addValue("score", prediction.probability());
      }
    }
    Tables.setDecimals(table, 4, "score");
    table.show(TABLE);
    files.write(table, "classes");
    return findings.bySlice().values().iterator().next().get(0).label();
  }
}
