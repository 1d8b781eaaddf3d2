package dev.fovea.engine.zoo.search;

import dev.fovea.engine.io.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The trials of a search, in a CSV file that is complete after each of them: a search that was
 * interrupted goes on where it was. Columns: {@code candidate}, {@code budget}, {@code score},
 * {@code seconds}, then the hyper-parameters. Numbers are written so that they are read again bit
 * by bit. Not thread-safe.
 */
public final class TrialTable {
  private static final List<String> COLUMNS = List.of("candidate", "budget", "score", "seconds");
  private static final long MAX_BYTES = 1L << 28;

  private final Path file;
  private final List<String> names;
  private final List<Trial> trials = new ArrayList<>();

  private TrialTable(Path file, List<String> names) {
    this.file = file;
    this.names = List.copyOf(names);
  }

  /** A table in memory only. */
  public static TrialTable inMemory(List<String> names) {
    return new TrialTable(null, names);
  }

  /**
   * A table in a file, with what that holds already.
   *
   * @param names of the hyper-parameters, in the order of the columns
   * @throws IOException if the file cannot be read, or is a table of something else
   */
  public static TrialTable open(Path file, List<String> names) throws IOException {
    TrialTable table = new TrialTable(file, names);
    if (Files.exists(file)) {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException(file + ": found " + Files.size(file) + " bytes, expected a table");
      }
      List<String> lines = Files.readAllLines(file);
      if (lines.isEmpty() || !lines.get(0).equals(table.header())) {
        throw new IOException(
            file
                + ": found the columns "
                + (lines.isEmpty() ? "of nothing" : lines.get(0))
                + ", expected "
                + table.header());
      }
      for (String line : lines.subList(1, lines.size())) {
        table.trials.add(table.parse(line));
      }
    }
    return table;
  }

  private String header() {
    List<String> all = new ArrayList<>(COLUMNS);
    all.addAll(names);
    return String.join(",", all);
  }

  private Trial parse(String line) throws IOException {
    String[] fields = line.split(",", -1);
    if (fields.length != COLUMNS.size() + names.size()) {
      throw new IOException(
          file
              + ": found the line '"
              + line
              + "', expected "
              + (COLUMNS.size() + names.size())
              + " numbers");
    }
    try {
      Map<String, Double> values = new LinkedHashMap<>();
      for (int i = 0; i < names.size(); i++) {
        values.put(names.get(i), Double.parseDouble(fields[COLUMNS.size() + i]));
      }
      return new Trial(
          Integer.parseInt(fields[0]),
          values,
          Integer.parseInt(fields[1]),
          Double.parseDouble(fields[2]),
          Double.parseDouble(fields[3]));
    } catch (NumberFormatException e) {
      throw new IOException(file + ": found the line '" + line + "', expected numbers", e);
    }
  }

  private String line(Trial trial) {
    StringBuilder line = new StringBuilder();
    line.append(trial.candidate()).append(',').append(trial.budget());
    line.append(',').append(trial.score()).append(',').append(trial.seconds());
    names.forEach(name -> line.append(',').append(trial.values().get(name)));
    return line.append('\n').toString();
  }

  /** All trials, in the order in which they were made. */
  public List<Trial> trials() {
    return List.copyOf(trials);
  }

  /**
   * The trial of a combination with a budget, if it was made: not by its number, as another seed
   * gives other candidates the same numbers.
   */
  Optional<Trial> find(Map<String, Double> values, int budget) {
    return trials.stream()
        .filter(t -> t.budget() == budget && t.values().equals(values))
        .findFirst();
  }

  /** Adds a trial and writes the file. */
  void add(Trial trial) throws IOException {
    trials.add(trial);
    if (file != null) {
      StringBuilder text = new StringBuilder(header()).append('\n');
      trials.forEach(t -> text.append(line(t)));
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      AtomicFiles.write(file, out -> out.write(bytes));
    }
  }

  /** The best trial, of several the first; none if there is none with a score. */
  public Optional<Trial> best() {
    return trials.stream()
        .filter(t -> !Double.isNaN(t.score()))
        .max(Comparator.comparingDouble(Trial::score).thenComparing(t -> -trials.indexOf(t)));
  }

  /** The trials for people, best first, in columns. */
  public String describe() {
    StringBuilder text = new StringBuilder(String.format("%10s %7s %9s", "score", "budget", "s"));
    names.forEach(name -> text.append(String.format("  %12s", name)));
    trials.stream()
        .sorted(
            Comparator.comparingDouble(
                (Trial t) -> Double.isNaN(t.score()) ? Double.POSITIVE_INFINITY : -t.score()))
        .forEach(
            t -> {
              text.append(
                  String.format(
                      Locale.ROOT, "%n%10.4f %7d %9.1f", t.score(), t.budget(), t.seconds()));
              names.forEach(
                  name ->
                      text.append(String.format(Locale.ROOT, "  %12.4g", t.values().get(name))));
            });
    return text.toString();
  }
}
