package dev.fovea.tasks;

import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.image.data.Datasets;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.onnx.OnnxOutline;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.tasks.report.Robustness;
import dev.fovea.tasks.report.RobustnessReport;
import dev.fovea.visualize.adversarial.Attack;
import dev.fovea.visualize.adversarial.DifferentiableModel;
import dev.fovea.visualize.adversarial.EightBits;
import dev.fovea.visualize.adversarial.Goal;
import dev.fovea.visualize.adversarial.NetworkModel;
import dev.fovea.visualize.adversarial.PictureModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Measures how a classifier stands attacks of growing strength on a data set.
 *
 * <p>The ball of an attack lies in the pixels of the stored pictures. Each adversarial picture is
 * rounded to 8 bits inside its ball, as a file holds it, before it counts; one that was told wrong
 * without an attack counts as wrong.
 */
public final class RobustnessTask implements DataTask<RobustnessTask.Parameters, Robustness> {
  private static final String MODEL = "model";
  private static final String DATA = "data";
  private static final String ATTACK = "attack";
  private static final String EPSILON = "epsilon";
  private static final String LIMIT = "limit";
  private static final String SPLIT = "split";
  private static final String REPORT = "report";
  private static final String NO_REPORT = "none";
  private static final int BATCH = 50;
  private static final int SHOTS = 8;

  /**
   * What to measure.
   *
   * @param model name of a built-in model, or a file
   * @param data folder of the data set
   * @param attacks names of the attacks
   * @param epsilons radii of the balls
   * @param options of the attacks
   * @param limit most pictures, evenly chosen; 0 for all
   * @param split {@code train}, {@code val} or {@code test}; null for the one to evaluate on, else
   *     all
   * @param report folder for a page; null for none
   */
  public record Parameters(
      String model,
      Path data,
      List<String> attacks,
      List<Double> epsilons,
      AttackOptions options,
      int limit,
      String split,
      Path report) {
    /** Copies the lists. */
    public Parameters {
      attacks = List.copyOf(attacks);
      epsilons = List.copyOf(epsilons);
    }
  }

  @Override
  public String name() {
    return "robustness";
  }

  @Override
  public String description() {
    return "Measure how a classifier stands adversarial attacks: accuracy against their strength.";
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    all.add(Parameter.model(null));
    all.add(Parameter.folder("Data (folder)", "The folder of the data set."));
    all.add(
        Parameter.text(
            "Attack (names)",
            "fgsm,pgd",
            "With commas, some of " + String.join(", ", AttackOptions.NAMES) + "."));
    all.add(
        Parameter.text(
            "Epsilon (numbers)",
            "0,0.05,0.1,0.15,0.2,0.25,0.3",
            "Largest changes of a picture, with commas; 1 is the range from black to white."));
    all.addAll(AttackOptions.declare());
    all.add(
        Parameter.integer(
            "Limit (pictures)", 0, 100_000_000, 1000, "Most pictures, evenly chosen; 0 for all."));
    all.add(
        Parameter.choice(
                "Split",
                List.of("test", "val", "train"),
                "The part to measure on. auto: test, else val, else all.")
            .orAuto());
    all.add(
        Parameter.text(
            "Report (folder)", NO_REPORT, "Where to write a page with curves and pictures."));
    return all;
  }

  @Override
  public Parameters bind(Arguments a) {
    AttackOptions options = AttackOptions.bind(a);
    List<String> attacks = words(a.text(ATTACK));
    List<Double> epsilons = words(a.text(EPSILON)).stream().map(RobustnessTask::radius).toList();
    // Refuses now what would fail after hours.
    attacks.forEach(attack -> options.named(attack, 0));
    return new Parameters(
        a.text(MODEL),
        Path.of(a.text(DATA)),
        attacks,
        epsilons,
        options,
        a.integer(LIMIT),
        a.isAuto(SPLIT) ? null : a.text(SPLIT),
        a.text(REPORT).equals(NO_REPORT) ? null : Path.of(a.text(REPORT)));
  }

  private static List<String> words(String list) {
    return Arrays.stream(list.split(",", -1)).map(String::strip).distinct().toList();
  }

  private static double radius(String word) {
    try {
      double radius = Double.parseDouble(word);
      if (radius >= 0 && radius < Double.POSITIVE_INFINITY) {
        return radius;
      }
    } catch (NumberFormatException e) {
      throw refused(word, e);
    }
    throw refused(word, null);
  }

  private static IllegalArgumentException refused(String word, Exception cause) {
    return new IllegalArgumentException(
        EPSILON + ": found '" + word + "', expected numbers of 0 or more with commas", cause);
  }

  @Override
  public Robustness run(Parameters p, RunOptions options, TaskContext context) throws IOException {
    long start = System.nanoTime();
    Model model = Models.load(p.model());
    ModelCard card = model.requireCard(ModelCard.Task.CLASSIFICATION);
    ClassificationDataset data = open(p, card);
    DifferentiableModel attacked =
        new PictureModel(card.preprocessing(), NetworkModel.of(model.graph(), options.inference()))
            .calling(context::checkCancelled);
    boolean batches = model.outline().inputs().get(0).dims().get(0) == OnnxOutline.FREE;
    Measurement measurement =
        new Measurement(p, card.classes(), data, attacked, batches ? BATCH : 1, options.seed());
    List<Robustness.Point> curve = measurement.run(context);
    Robustness result =
        new Robustness(
            p.options().normText(),
            data.size(),
            card.classes(),
            curve,
            (System.nanoTime() - start) * 1e-9);
    if (p.report() != null) {
      context.log(
          "wrote " + RobustnessReport.write(p.report(), model.name() + " on " + p.data(), result));
    }
    return result;
  }

  private static ClassificationDataset open(Parameters p, ModelCard card) throws IOException {
    DetectionLayout.refuse(p.data());
    String split = p.split();
    if (split == null && Files.isDirectory(p.data())) {
      split = Datasets.evaluationSplit(p.data()).orElse(null);
    }
    ClassificationDataset all = Datasets.openClassification(p.data(), split);
    int[] labels = Subset.newLabels(all, card.classes(), p.data().toString());
    int count = p.limit() == 0 ? all.size() : Math.min(p.limit(), all.size());
    int[] chosen =
        IntStream.range(0, count).map(i -> (int) ((long) i * all.size() / count)).toArray();
    return Subset.of(all, chosen, card.classes(), labels);
  }

  /** All attacks with all radii on all pictures. */
  private record Measurement(
      Parameters p,
      List<String> classes,
      ClassificationDataset data,
      DifferentiableModel model,
      int batch,
      long seed) {

    List<Robustness.Point> run(TaskContext context) throws IOException {
      int points = p.attacks().size() * p.epsilons().size();
      List<Tally> tallies = new ArrayList<>();
      for (int i = 0; i < points; i++) {
        tallies.add(new Tally(classes.size()));
      }
      for (int first = 0; first < data.size(); ) {
        List<Tensor> pictures = sameSize(first);
        measure(pictures, first, tallies, context);
        first += pictures.size();
      }
      List<Robustness.Point> curve = new ArrayList<>();
      for (int i = 0; i < points; i++) {
        curve.add(tallies.get(i).point(attack(i), epsilon(i)));
      }
      return curve;
    }

    private String attack(int point) {
      return p.attacks().get(point / p.epsilons().size());
    }

    private double epsilon(int point) {
      return p.epsilons().get(point % p.epsilons().size());
    }

    /** The pictures from one on that make a batch: of one size, and not too many. */
    private List<Tensor> sameSize(int first) throws IOException {
      List<Tensor> pictures = new ArrayList<>();
      for (int i = first; i < data.size() && pictures.size() < batch; i++) {
        Tensor picture = EightBits.pixels(data.image(i));
        if (!pictures.isEmpty() && !picture.shape().equals(pictures.get(0).shape())) {
          break;
        }
        pictures.add(picture);
      }
      return pictures;
    }

    private void measure(
        List<Tensor> pictures, int first, List<Tally> tallies, TaskContext context) {
      int n = pictures.size();
      Shape shape = pictures.get(0).shape();
      Tensor x = Tensor.zeros(shape.with(0, n));
      int[] labels = new int[n];
      for (int i = 0; i < n; i++) {
        x.slice(i, i + 1).copyFrom(pictures.get(i));
        labels[i] = data.label(first + i);
      }
      Goal goal = Goal.awayFrom(labels);
      boolean[] right = right(goal, x);
      for (int point = 0; point < tallies.size(); point++) {
        double done = first + n * (double) point / tallies.size();
        context.progress(
            done / data.size(),
            "%s %s, picture %d of %d"
                .formatted(attack(point), epsilon(point), first + 1, data.size()));
        Attack attack = p.options().named(attack(point), epsilon(point));
        Tensor found =
            epsilon(point) == 0
                ? x
                : EightBits.round(attack.perturb(model, x, goal, seed + first), x, attack.ball());
        tallies.get(point).add(x, found, labels, right, model.scores(found), classes);
      }
    }

    private boolean[] right(Goal goal, Tensor x) {
      double[] reached = goal.reached(model.scores(x));
      boolean[] right = new boolean[reached.length];
      for (int i = 0; i < right.length; i++) {
        right[i] = reached[i] == 0;
      }
      return right;
    }
  }

  /** Counts for one point of a curve. */
  private static final class Tally {
    private final int[] right;
    private final int[] total;
    private final List<Robustness.Shot> shots = new ArrayList<>();

    Tally(int classes) {
      right = new int[classes];
      total = new int[classes];
    }

    void add(
        Tensor x,
        Tensor found,
        int[] labels,
        boolean[] rightBefore,
        Tensor scores,
        List<String> classes) {
      int[] told = Goal.told(scores);
      for (int i = 0; i < labels.length; i++) {
        total[labels[i]]++;
        right[labels[i]] += rightBefore[i] && told[i] == labels[i] ? 1 : 0;
        if (shots.size() < SHOTS && rightBefore[i]) {
          shots.add(
              new Robustness.Shot(
                  EightBits.image(x.slice(i, i + 1)),
                  EightBits.image(found.slice(i, i + 1)),
                  classes.get(labels[i]),
                  classes.get(told[i])));
        }
      }
    }

    Robustness.Point point(String attack, double epsilon) {
      List<Double> perClass = new ArrayList<>();
      for (int c = 0; c < right.length; c++) {
        perClass.add(total[c] == 0 ? Double.NaN : (double) right[c] / total[c]);
      }
      return new Robustness.Point(
          attack,
          epsilon,
          (double) Arrays.stream(right).sum() / Arrays.stream(total).sum(),
          perClass,
          shots);
    }
  }
}
