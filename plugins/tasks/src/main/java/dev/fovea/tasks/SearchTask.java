package dev.fovea.tasks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.io.AtomicFiles;
import dev.fovea.engine.train.EpochResult;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingException;
import dev.fovea.engine.train.TrainingListener;
import dev.fovea.engine.zoo.ClassifierRecipe;
import dev.fovea.engine.zoo.search.Candidates;
import dev.fovea.engine.zoo.search.Search;
import dev.fovea.engine.zoo.search.Trial;
import dev.fovea.engine.zoo.search.TrialTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;

/**
 * Looks for good settings of the training of a classifier: trains it with each of several and
 * measures the accuracy on images that are not trained on. All trials stand in a table, {@code
 * .csv}, for people in {@code .txt} and with the settings in {@code .json}; a search that was
 * interrupted goes on from the table.
 */
public final class SearchTask implements DataTask<SearchTask.Parameters, SearchTask.Result> {
  private static final String DATA = "data";
  private static final String OUTPUT = "output";
  private static final String METHOD = "method";
  private static final String TRIALS = "trials";
  private static final String POINTS = "points";
  private static final String EPOCHS = "epochs";
  private static final String HALVING = "halving";
  private static final String FIRST_EPOCHS = "first_epochs";
  private static final String FOLDS = "folds";
  private static final String IMAGES = "images";
  private static final String GRID = "grid";
  private static final String LEARNING_RATE = "learning_rate";
  private static final String WEIGHT_DECAY = "weight_decay";
  private static final String SETTINGS = "settings";

  /** What a search makes of a training's parameters by itself. */
  private static final List<String> NOT_TAKEN =
      List.of(DATA, OUTPUT, EPOCHS, "checkpoint", "resume", "report", "name", "license", "split");

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final TrainClassifierTask TRAINING = new TrainClassifierTask();

  /**
   * What to look for.
   *
   * @param data folder of the data set
   * @param table the CSV file
   * @param space what is varied
   * @param grid whether to try a grid in place of random values
   * @param trials number of random candidates
   * @param points values of each range in a grid
   * @param epochs of a training
   * @param halving of how many candidates one comes into the next round; 0 for no rounds
   * @param firstEpochs epochs of the first round
   * @param folds rounds of cross-validation for each trial; 0 to validate on one part
   * @param images most images to use, validation included; 0 for all
   */
  public record Parameters(
      Path data,
      Path table,
      SearchSpace space,
      boolean grid,
      int trials,
      int points,
      int epochs,
      int halving,
      int firstEpochs,
      int folds,
      int images) {

    private Path beside(String ending) {
      String name = table.getFileName().toString();
      String stem = name.endsWith(".csv") ? name.substring(0, name.length() - 4) : name;
      return table.resolveSibling(stem + ending);
    }
  }

  /**
   * What was found.
   *
   * @param trials all in the table
   * @param best of those with the largest number of epochs; empty if all failed
   * @param options the best one's, as {@code train classifier} takes them
   * @param text the table for people
   * @param table the CSV file
   */
  public record Result(
      List<Trial> trials, Optional<Trial> best, String options, String text, Path table) {}

  @Override
  public String name() {
    return "search";
  }

  @Override
  public String description() {
    return "Look for good settings of the training of a classifier.";
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    all.add(Parameter.folder("Data (folder)", "The folder of the data set."));
    all.add(
        Parameter.outputFile(
            "Output (file)",
            "The table to write, .csv, with .txt and .json beside it. If it is there, the search"
                + " goes on."));
    all.add(
        Parameter.choice(
            "Method",
            List.of("random", GRID),
            "Random values from the ranges, or every combination of evenly spaced ones."));
    all.add(Parameter.integer("Trials", 1, 100_000, 20, "How many combinations, if random."));
    all.add(Parameter.integer("Points", 1, 1000, 3, "Values of each range, if a grid."));
    all.add(Parameter.integer("Epochs", 1, 100_000, 10, "Passes over the data of a training."));
    all.add(
        Parameter.integer(
            "Halving (factor)",
            0,
            100,
            0,
            "Successive halving: all start with few epochs, the best one in so many goes on with so"
                + " many times as many. 0: all get all epochs. 3 as a rule."));
    all.add(
        Parameter.integer("First_epochs", 1, 100_000, 1, "Epochs at the start of the halving."));
    all.add(
        Parameter.integer(
            "Folds",
            0,
            1000,
            0,
            "Cross-validate each trial in so many rounds; 0: one part of the"
                + " images validates."));
    all.add(
        Parameter.integer("Images", 4, 100_000_000, 5000, "How many to use, evenly chosen.")
            .orAuto());
    for (Parameter parameter : TRAINING.parameters()) {
      if (SearchSpace.isVariable(parameter)) {
        all.add(SearchSpace.declare(parameter, defaultValue(parameter)));
      } else if (isTaken(parameter)) {
        all.add(parameter);
      }
    }
    return all;
  }

  private static boolean isTaken(Parameter parameter) {
    return !NOT_TAKEN.contains(parameter.key());
  }

  private static String defaultValue(Parameter parameter) {
    return switch (parameter.key()) {
      case LEARNING_RATE -> "1e-3..1e-1";
      case WEIGHT_DECAY -> "1e-5..1e-2";
      default -> parameter.defaultValue();
    };
  }

  @Override
  public Parameters bind(Arguments a) {
    List<Parameter> variable =
        TRAINING.parameters().stream().filter(SearchSpace::isVariable).toList();
    SearchSpace varied = SearchSpace.bind(variable, a);
    Map<String, String> fixed = new TreeMap<>(varied.fixed());
    TRAINING.parameters().stream()
        .filter(p -> isTaken(p) && !SearchSpace.isVariable(p))
        .forEach(p -> fixed.put(p.key(), a.text(p.key())));
    int folds = a.integer(FOLDS);
    if (folds == 1) {
      throw new IllegalArgumentException("folds: found 1, expected 0 for none, or 2 or more");
    }
    if (a.integer(HALVING) == 1) {
      throw new IllegalArgumentException("halving: found 1, expected 0 for none, or 2 or more");
    }
    if (varied.ranges().isEmpty()) {
      throw new IllegalArgumentException(
          "search: found one value for everything, expected a range, such as --learning-rate"
              + " 1e-3..1e-1");
    }
    Parameters parameters =
        new Parameters(
            Path.of(a.text(DATA)),
            Path.of(a.text(OUTPUT)),
            new SearchSpace(fixed, varied.ranges()),
            a.text(METHOD).equals(GRID),
            a.integer(TRIALS),
            a.integer(POINTS),
            a.integer(EPOCHS),
            a.integer(HALVING),
            Math.min(a.integer(FIRST_EPOCHS), a.integer(EPOCHS)),
            folds,
            a.isAuto(IMAGES) ? 0 : a.integer(IMAGES));
    // Refuses now what no trial could be made with.
    training(parameters, candidates(parameters, 0).get(0), 1);
    return parameters;
  }

  private static List<Map<String, Double>> candidates(Parameters p, long seed) {
    return p.grid()
        ? Candidates.grid(p.space().ranges(), p.points())
        : Candidates.random(p.space().ranges(), p.trials(), seed);
  }

  private static TrainClassifierTask.Parameters training(
      Parameters p, Map<String, Double> candidate, int epochs) {
    Map<String, String> values = new TreeMap<>(p.space().values(candidate));
    values.put(DATA, p.data().toString());
    // Neither is written.
    values.put(OUTPUT, p.table().toString());
    values.put("report", "none");
    values.put(EPOCHS, Integer.toString(epochs));
    return TRAINING.parse(values);
  }

  @Override
  public Result run(Parameters p, RunOptions options, TaskContext context) throws IOException {
    List<ClassifierData> rounds =
        ClassifierData.rounds(p.data(), p.folds(), p.images(), options.seed());
    context.log(
        "%d images to train on, %d to validate on, %d classes%s"
            .formatted(
                rounds.get(0).fitted().size(),
                rounds.get(0).validation().size(),
                rounds.get(0).classes().size(),
                p.folds() == 0 ? "" : ", in " + p.folds() + " rounds"));
    ObjectNode settings = settings(p, options);
    TrialTable table = open(p, settings);
    List<Map<String, Double>> candidates = candidates(p, options.seed());
    Rounds work = new Rounds(p, rounds, options, context, cost(p, candidates.size()));
    Search search = new Search(work::score, table, context::cancelled);
    try {
      if (p.halving() > 0) {
        search.halving(candidates, p.firstEpochs(), p.epochs(), p.halving());
      } else {
        search.all(candidates, p.epochs());
      }
    } finally {
      write(p, settings, table);
    }
    if (context.cancelled()) {
      throw new CancellationException(
          "cancelled; the same command goes on, the trials are in " + p.table());
    }
    Optional<Trial> best = best(table);
    return new Result(
        table.trials(),
        best,
        best.map(t -> commandLine(p, t)).orElse(""),
        table.describe(),
        p.table());
  }

  /** Epochs of all trials together. */
  private static long cost(Parameters p, int candidates) {
    if (p.halving() == 0) {
      return (long) candidates * p.epochs();
    }
    long cost = 0;
    int left = candidates;
    int budget = p.firstEpochs();
    while (true) {
      cost += (long) left * budget;
      if (budget == p.epochs()) {
        return cost;
      }
      left = Math.max(1, left / p.halving());
      budget = (int) Math.min(p.epochs(), (long) budget * p.halving());
    }
  }

  /** What all trials of a table have in common; what they differ in stands in its columns. */
  private static ObjectNode settings(Parameters p, RunOptions options) {
    ObjectNode settings = MAPPER.createObjectNode();
    p.space().fixed().forEach(settings::put);
    settings.put(DATA, p.data().toString());
    settings.put(FOLDS, p.folds());
    settings.put(IMAGES, p.images());
    settings.put("seed", options.seed());
    return settings;
  }

  private static TrialTable open(Parameters p, ObjectNode settings) throws IOException {
    Path folder = p.table().toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(p.table())) {
      throw new IllegalArgumentException(p.table() + ": found a folder, expected a file to write");
    }
    Files.createDirectories(folder);
    Path document = p.beside(".json");
    if (Files.exists(p.table())) {
      JsonNode known = known(p.table(), document);
      for (Map.Entry<String, JsonNode> field : settings.properties()) {
        String now = field.getValue().asText();
        String then = known.path(field.getKey()).asText();
        if (!now.equals(then)) {
          throw new IllegalArgumentException(
              "%s: found trials with %s '%s', expected '%s'; name another --output"
                  .formatted(p.table(), field.getKey(), then, now));
        }
      }
    }
    TrialTable table = TrialTable.open(p.table(), p.space().names());
    write(p, settings, table);
    return table;
  }

  /** The settings of the trials in a table: without them, others would be taken for the same. */
  private static JsonNode known(Path table, Path document) throws IOException {
    if (!Files.isRegularFile(document)) {
      throw new IOException(
          table + ": found no settings of its trials, expected them in " + document);
    }
    try {
      return MAPPER.readTree(document.toFile()).path(SETTINGS);
    } catch (JsonProcessingException e) {
      throw new IOException(
          document + ": found no JSON, expected the settings of the trials in " + table, e);
    }
  }

  private static void write(Parameters p, ObjectNode settings, TrialTable table)
      throws IOException {
    ObjectNode document = MAPPER.createObjectNode();
    document.set(SETTINGS, settings);
    ArrayNode rows = document.putArray(TRIALS);
    for (Trial trial : table.trials()) {
      ObjectNode row = rows.addObject();
      row.put(EPOCHS, trial.budget());
      put(row, trial.score());
      row.put("seconds", trial.seconds());
      trial.values().forEach(row::put);
    }
    best(table)
        .ifPresent(
            t -> {
              ObjectNode best = document.putObject("best");
              best.put(EPOCHS, t.budget());
              put(best, t.score());
              t.values().forEach(best::put);
            });
    write(
        p.beside(".json"),
        MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n");
    write(p.beside(".txt"), table.describe() + "\n");
  }

  /** JSON has no NaN. */
  private static void put(ObjectNode row, double score) {
    if (Double.isNaN(score)) {
      row.putNull(ClassifierRecipe.MONITOR);
    } else {
      row.put(ClassifierRecipe.MONITOR, score);
    }
  }

  private static void write(Path file, String text) throws IOException {
    AtomicFiles.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Of the trials with the most epochs: others have not come as far. */
  private static Optional<Trial> best(TrialTable table) {
    int most = table.trials().stream().mapToInt(Trial::budget).max().orElse(0);
    return table.trials().stream()
        .filter(t -> t.budget() == most && !Double.isNaN(t.score()))
        .reduce((a, b) -> b.score() > a.score() ? b : a);
  }

  private static String commandLine(Parameters p, Trial trial) {
    Map<String, String> values = p.space().values(trial.values());
    return TRAINING.parameters().stream()
        .filter(x -> p.space().names().contains(x.key()))
        .map(x -> x.option() + " " + values.get(x.key()))
        .collect(Collectors.joining(" "));
  }

  /** Trains and validates one candidate after the other. Not thread-safe. */
  private static final class Rounds {
    private final Parameters parameters;
    private final List<ClassifierData> rounds;
    private final RunOptions options;
    private final TaskContext context;
    private final long cost;
    private long done;

    Rounds(
        Parameters parameters,
        List<ClassifierData> rounds,
        RunOptions options,
        TaskContext context,
        long cost) {
      this.parameters = parameters;
      this.rounds = rounds;
      this.options = options;
      this.context = context;
      this.cost = cost;
    }

    /** The accuracy, a mean over the rounds; NaN if one diverges. */
    double score(Map<String, Double> candidate, int epochs) throws IOException {
      long start = System.nanoTime();
      double sum = 0;
      for (int i = 0; i < rounds.size(); i++) {
        double first = done + (double) epochs * i / rounds.size();
        double last = done + (double) epochs * (i + 1) / rounds.size();
        TaskContext part = context.part(Math.min(1, first / cost), Math.min(1, last / cost));
        sum += accuracy(rounds.get(i), candidate, epochs, part);
      }
      done += epochs;
      double score = sum / rounds.size();
      context.log(
          String.format(
              Locale.ROOT,
              "%s, %d epochs: %s, %.1f s",
              describe(candidate),
              epochs,
              Double.isNaN(score) ? "diverged" : String.format(Locale.ROOT, "%.4f", score),
              (System.nanoTime() - start) * 1e-9));
      return score;
    }

    private static String describe(Map<String, Double> candidate) {
      return candidate.entrySet().stream()
          .map(e -> String.format(Locale.ROOT, "%s %.4g", e.getKey(), e.getValue()))
          .collect(Collectors.joining(", "));
    }

    private double accuracy(
        ClassifierData data, Map<String, Double> candidate, int epochs, TaskContext part)
        throws IOException {
      TrainClassifierTask.Parameters training = training(parameters, candidate, epochs);
      ClassifierSetup setup = ClassifierSetup.of(training, data, options.seed());
      TrainerOptions updates =
          training
              .training()
              .updates()
              .apply(setup.options())
              .on(options.backend(), options.threads());
      TrainingListener listener = TrainingOptions.listener(quiet(part));
      try {
        Trainer trainer = setup.fitting().trainer(listener, updates);
        List<EpochResult> results = trainer.fit();
        if (part.cancelled()) {
          throw new CancellationException(
              "cancelled; the same command goes on, the trials are in " + parameters.table());
        }
        return results.get(trainer.bestEpoch() - 1).metrics().get(ClassifierRecipe.MONITOR);
      } catch (TrainingException e) {
        part.log(e.getMessage());
        return Double.NaN;
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }

    /** Shows progress, but does not keep the figures of every epoch. */
    private static TaskContext quiet(TaskContext context) {
      return new TaskContext() {
        @Override
        public void progress(double fraction, String text) {
          context.progress(fraction, text);
        }

        @Override
        public void log(String line) {
          // One line a trial is enough.
        }

        @Override
        public boolean cancelled() {
          return context.cancelled();
        }
      };
    }
  }
}
