package dev.fovea.engine.zoo.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Looks for good hyper-parameters by measuring candidates. What a table holds already is not
 * measured again. Not thread-safe.
 */
public final class Search {

  /** Measures a combination of hyper-parameters. */
  @FunctionalInterface
  public interface Objective {

    /**
     * Trains and validates.
     *
     * @param values of the hyper-parameters by name
     * @param budget how much to spend, such as epochs
     * @return a figure of merit, higher is better; NaN if the training failed
     * @throws IOException if a file cannot be read or written; ends the search
     */
    double score(Map<String, Double> values, int budget) throws IOException;
  }

  private final Objective objective;
  private final TrialTable table;
  private final BooleanSupplier cancelled;

  /**
   * A search.
   *
   * @param table keeps the trials
   * @param cancelled asked before each trial
   */
  public Search(Objective objective, TrialTable table, BooleanSupplier cancelled) {
    this.objective = objective;
    this.table = table;
    this.cancelled = cancelled;
  }

  /**
   * Measures all candidates with one budget.
   *
   * @return the trials in the order of the candidates; fewer if cancelled
   */
  public List<Trial> all(List<Map<String, Double>> candidates, int budget) throws IOException {
    return measure(candidates, IntStream.range(0, candidates.size()).boxed().toList(), budget);
  }

  /**
   * Successive halving: measures all with a small budget, then the best {@code 1 / factor} of them
   * with {@code factor} times as much, and so on to the full budget. Jamieson and Talwalkar,
   * "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016.
   *
   * @param candidates at least one
   * @param first budget of the first round, at least 1
   * @param full budget of the last round
   * @param factor at least 2
   * @return the trials of the last round, best first; those of an earlier one if cancelled
   */
  public List<Trial> halving(List<Map<String, Double>> candidates, int first, int full, int factor)
      throws IOException {
    if (candidates.isEmpty() || first < 1 || full < first || factor < 2) {
      throw new IllegalArgumentException(
          "successive halving: found "
              + candidates.size()
              + " candidates, budgets "
              + first
              + " to "
              + full
              + ", factor "
              + factor
              + ", expected one or more, 1 <= first <= full, and 2 or more");
    }
    List<Integer> left = IntStream.range(0, candidates.size()).boxed().toList();
    int budget = first;
    while (true) {
      List<Trial> round = new ArrayList<>(measure(candidates, left, budget));
      boolean whole = round.size() == left.size();
      // A stable sort: of equals the first candidates come first. A failure is worse than anything.
      round.sort(
          Comparator.comparingDouble(
              t -> Double.isNaN(t.score()) ? Double.POSITIVE_INFINITY : -t.score()));
      if (budget == full || !whole) {
        return List.copyOf(round);
      }
      int kept = Math.max(1, round.size() / factor);
      left = round.subList(0, kept).stream().map(Trial::candidate).sorted().toList();
      budget = (int) Math.min(full, (long) budget * factor);
    }
  }

  private List<Trial> measure(
      List<Map<String, Double>> candidates, List<Integer> chosen, int budget) throws IOException {
    List<Trial> trials = new ArrayList<>();
    for (int i : chosen) {
      Map<String, Double> values = candidates.get(i);
      Trial known = table.find(values, budget).orElse(null);
      if (known != null) {
        trials.add(new Trial(i, values, budget, known.score(), known.seconds()));
        continue;
      }
      if (cancelled.getAsBoolean()) {
        break;
      }
      long start = System.nanoTime();
      double score = objective.score(values, budget);
      Trial trial = new Trial(i, values, budget, score, (System.nanoTime() - start) * 1e-9);
      table.add(trial);
      trials.add(trial);
    }
    return List.copyOf(trials);
  }
}
