package dev.fovea.engine.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the trainer promises: it learns, repeats itself bit by bit, resumes, and stops when told.
 */
class TrainerTest {

  private static final int EPOCHS = 4;

  @TempDir Path folder;

  /** Bars that lie or stand, at random places in noise; 36 of them. */
  private static final class Bars implements TrainingData {
    @Override
    public int size() {
      return 36;
    }

    @Override
    public Shape inputShape() {
      return Shape.of(1, 8, 8);
    }

    @Override
    public Shape targetShape() {
      return Shape.SCALAR;
    }

    @Override
    public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
      SplittableRandom random = new SplittableRandom(seed);
      int place = random.nextInt(8);
      for (int i = 0; i < 64; i++) {
        boolean bar = (index % 2 == 0 ? i / 8 : i % 8) == place;
        input.array()[input.offset() + i] = (float) ((bar ? 1 : 0) + 0.3 * random.nextDouble());
      }
      target.fill(index % 2);
    }
  }

  private static Graph network() {
    Graph.Builder g = new Graph.Builder("bars");
    Layers l = new Layers(g, 7);
    Value x = g.input("input", Shape.of(1, 1, 8, 8), "batch", "", "", "");
    x = l.conv("conv", x, 6, 3, 1, 1, false);
    x = l.batchNorm("norm", x);
    x = g.node("relu", new Relu(), x);
    x = g.node("pool", MaxPool.square(2, 2, 0), x);
    x = g.node("flatten", new Flatten(1), x);
    x = g.node("dropout", new Dropout(0.25f), x);
    return g.build(l.dense("logits", x, 2, Initializer.xavier()));
  }

  private static TrainerOptions options() {
    return TrainerOptions.defaults("logits", EPOCHS, 8, 0.01, 3);
  }

  private static Trainer trainer(Graph g, TrainingListener listener, TrainerOptions options) {
    return trainer(g, new Adam(), null, listener, options);
  }

  private static Trainer trainer(
      Graph g,
      Optimizer optimizer,
      Validator validator,
      TrainingListener listener,
      TrainerOptions options) {
    return new Trainer(
        g, new Bars(), new SoftmaxCrossEntropy(), optimizer, validator, listener, options);
  }

  private static String train(TrainerOptions options) throws IOException {
    Graph g = network();
    trainer(g, TrainingListener.NONE, options).fit();
    return g.weightsHash();
  }

  @Test
  void learns() throws IOException {
    List<EpochResult> history =
        trainer(network(), TrainingListener.NONE, TrainerOptions.defaults("logits", 80, 8, 0.01, 3))
            .fit();
    assertEquals(80, history.size());
    assertTrue(history.get(0).loss() > 0.4, history.toString());
    assertTrue(history.get(79).loss() < 0.1, history.toString());
  }

  @Test
  void sameSeedSameBitsForAnyNumberOfThreads() throws IOException {
    String one = train(options().on(Backends.defaultBackend(), 1));
    assertEquals(one, train(options().on(Backends.defaultBackend(), 2)));
    assertEquals(one, train(options().on(Backends.defaultBackend(), 5)));
    TrainerOptions otherSeed = TrainerOptions.defaults("logits", EPOCHS, 8, 0.01, 4);
    assertNotEquals(one, train(otherSeed));
  }

  /** Cancelled after every possible number of steps, as a kill after a checkpoint would. */
  @Test
  void resumesBitByBitFromAnyStep() throws IOException {
    String whole = train(options());
    int steps = trainer(network(), TrainingListener.NONE, options()).stepsPerEpoch();
    assertEquals(4, steps);
    for (int stop = 1; stop < EPOCHS * steps; stop++) {
      Path file = folder.resolve("after" + stop);
      TrainerOptions kept = options().withCheckpoint(file, 1e9, true);
      CancelAfter cancel = new CancelAfter(stop);
      trainer(network(), cancel, kept).fit();
      assertTrue(Files.exists(file));
      Graph g = network();
      List<EpochResult> history = trainer(g, TrainingListener.NONE, kept).fit();
      assertEquals(whole, g.weightsHash(), "stopped after step " + stop);
      assertEquals(EPOCHS, history.size());
    }
  }

  /** The learning rate then falls as if the new number had been asked for from the start. */
  @Test
  void mayEndSoonerOrLaterThanPlanned() throws IOException {
    for (int epochs : new int[] {EPOCHS - 1, EPOCHS + 2}) {
      Path file = folder.resolve("planned" + epochs);
      TrainerOptions planned =
          options().withSchedule(Schedule.constant()).withCheckpoint(file, 1e9, true);
      trainer(network(), new CancelAfter(5), planned).fit();
      TrainerOptions other =
          TrainerOptions.defaults("logits", epochs, 8, 0.01, 3).withSchedule(Schedule.constant());
      Graph g = network();
      List<EpochResult> history =
          trainer(g, TrainingListener.NONE, other.withCheckpoint(file, 1e9, true)).fit();
      assertEquals(epochs, history.size());
      assertEquals(train(other), g.weightsHash());
    }
  }

  /** With everything that has state: averages, a plateau, frozen and slow parameters, limits. */
  @Test
  void resumesBitByBitWithEverything() throws IOException {
    Validator validator = g -> Map.of("figure", (double) g.value("logits.weight").tensor().get(0));
    for (Averaging averaging : List.of(Averaging.ema(0.9), Averaging.swa(0.3))) {
      TrainerOptions all =
          options()
              .withSchedule(Schedule.reduceOnPlateau("figure", 0.5, 0).withWarmUp(0.1))
              .withClipping(Clipping.byGlobalNorm(0.5))
              .withRegularizer(Regularizer.elasticNet(1e-4, 1e-3))
              .withGroups(new ParameterGroup("conv.*", 0.1), ParameterGroup.frozen("norm.bias"))
              .withAveraging(averaging)
              .withMonitor("figure", 0);
      Graph whole = network();
      trainer(whole, new AdamW(0.01), validator, TrainingListener.NONE, all).fit();
      for (int stop = 1; stop < EPOCHS * 4; stop += 3) {
        TrainerOptions kept =
            all.withCheckpoint(folder.resolve(averaging.kind() + "" + stop), 1e9, true);
        trainer(network(), new AdamW(0.01), validator, new CancelAfter(stop), kept).fit();
        Graph g = network();
        trainer(g, new AdamW(0.01), validator, TrainingListener.NONE, kept).fit();
        assertEquals(whole.weightsHash(), g.weightsHash(), averaging + " after step " + stop);
      }
    }
  }

  /** Between two checkpoints work is lost, but not the result. */
  @Test
  void resumesFromAnOldCheckpoint() throws IOException {
    Path file = folder.resolve("kept");
    Path old = folder.resolve("old");
    TrainerOptions kept = options().withCheckpoint(file, 0, true);
    TrainingListener copyOnce =
        new TrainingListener() {
          @Override
          public void step(int epoch, int epochs, int step, int steps, double loss) {
            if (epoch == 2 && step == 3) {
              try {
                Files.copy(file, old);
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            }
          }
        };
    Graph whole = network();
    trainer(whole, copyOnce, kept).fit();
    Graph resumed = network();
    trainer(resumed, TrainingListener.NONE, options().withCheckpoint(old, 1e9, true)).fit();
    assertEquals(whole.weightsHash(), resumed.weightsHash());
  }

  @Test
  void refusesCheckpointsThatAreDamagedOrOfAnotherTraining() throws IOException {
    Path file = folder.resolve("kept");
    trainer(network(), new CancelAfter(3), options().withCheckpoint(file, 1e9, false)).fit();
    TrainerOptions other =
        TrainerOptions.defaults("logits", EPOCHS, 8, 0.02, 3).withCheckpoint(file, 1e9, true);
    IOException e =
        assertThrows(
            IOException.class, () -> trainer(network(), TrainingListener.NONE, other).fit());
    assertTrue(e.getMessage().contains("rate=0.02"), e.getMessage());

    byte[] bytes = Files.readAllBytes(file);
    for (int cut : new int[] {0, 1, 100, bytes.length - 1}) {
      Path damaged = folder.resolve("cut" + cut);
      Files.write(damaged, java.util.Arrays.copyOf(bytes, cut));
      expectDamaged(damaged);
    }
    bytes[bytes.length / 2] ^= 4;
    Path flipped = folder.resolve("flipped");
    Files.write(flipped, bytes);
    expectDamaged(flipped);
  }

  /** A checkpoint whose first tensors fit and whose last do not must change none of them. */
  @Test
  void aCheckpointOfAnotherNetworkChangesNothing() throws IOException {
    Path file = folder.resolve("kept");
    Checkpoint.write(file, "same", new Checkpoint.Position(), state(3, 7));
    Checkpoint.State state = state(4, 5);
    IOException e = assertThrows(IOException.class, () -> Checkpoint.read(file, "same", state));
    assertTrue(e.getMessage().contains("expected 4 elements"), e.getMessage());
    assertTrue(e.getMessage().contains("found 3"), e.getMessage());
    for (Tensor t : Checkpoint.tensors(state.graph())) {
      assertEquals(5, t.get(0));
    }
    Checkpoint.State fitting = state(3, 5);
    Checkpoint.read(file, "same", fitting);
    for (Tensor t : Checkpoint.tensors(fitting.graph())) {
      assertEquals(7, t.get(t.size() - 1));
    }
  }

  /** A network of two parameters, the second of a given size. */
  private static Checkpoint.State state(int size, float value) {
    Graph.Builder g = new Graph.Builder("two");
    Value x = g.input("x", Shape.of(2));
    Value y = g.node("y", new Mul(), x, g.parameter("p", Tensor.zeros(2).fill(value)));
    Value q = g.parameter("q", Tensor.zeros(size, 1).fill(value));
    Graph graph = g.build(g.node("z", new Mul(), y, q));
    Optimizer sgd = new Sgd(0.9);
    sgd.attach(List.of());
    return new Checkpoint.State(
        graph,
        sgd,
        new WeightAverage(Averaging.none(), Checkpoint.tensors(graph)),
        Checkpoint.tensors(graph).stream().map(Tensor::copy).toList());
  }

  private static void expectDamaged(Path file) {
    Graph g = network();
    String before = g.weightsHash();
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                trainer(g, TrainingListener.NONE, options().withCheckpoint(file, 1e9, true)).fit());
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    assertEquals(before, g.weightsHash());
  }

  @Test
  void keepsTheBestEpochAndStopsWithoutProgress() throws IOException {
    double[] figures = {0.2, 0.9, 0.5, 0.9, 0.1};
    List<String> hashes = new ArrayList<>();
    Validator validator =
        g -> {
          hashes.add(g.weightsHash());
          return Map.of("figure", figures[hashes.size() - 1]);
        };
    Graph g = network();
    Trainer trainer =
        new Trainer(
            g,
            new Bars(),
            new SoftmaxCrossEntropy(),
            new Sgd(0.9),
            validator,
            TrainingListener.NONE,
            TrainerOptions.defaults("logits", 5, 8, 0.01, 3).withMonitor("figure", 2));
    // Epoch 4 equals the best one and is no progress: two epochs after epoch 2 it ends.
    assertEquals(4, trainer.fit().size());
    assertEquals(2, trainer.bestEpoch());
    assertEquals(hashes.get(1), g.weightsHash());
  }

  /** Such as a mean over nothing: the weights must not be those from before the training. */
  @Test
  void keepsAnEpochAlsoIfNoFigureIsANumber() throws IOException {
    double[][] figures = {{Double.NaN, Double.NaN, Double.NaN}, {Double.NaN, 0.1, Double.NaN}};
    int[] best = {1, 2};
    for (int row = 0; row < best.length; row++) {
      double[] found = figures[row];
      List<String> hashes = new ArrayList<>();
      Validator validator =
          g -> {
            hashes.add(g.weightsHash());
            return Map.of("figure", found[hashes.size() - 1]);
          };
      Graph g = network();
      TrainerOptions options =
          TrainerOptions.defaults("logits", 3, 8, 0.01, 3).withMonitor("figure", 0);
      Trainer trainer = trainer(g, new Sgd(0.9), validator, TrainingListener.NONE, options);
      trainer.fit();
      assertEquals(best[row], trainer.bestEpoch());
      assertEquals(hashes.get(best[row] - 1), g.weightsHash());
    }
  }

  @Test
  void stopsWhenTheLossIsNoNumberAndLeavesTheCheckpoint() throws IOException {
    Path file = folder.resolve("kept");
    Loss loss =
        new Loss() {
          private int calls;

          @Override
          public double evaluate(
              Tensor output, Tensor target, Tensor weights, Tensor gradient, Parallel parallel) {
            double value =
                new SoftmaxCrossEntropy().evaluate(output, target, weights, gradient, parallel);
            // After the four steps of the first epoch the loss is looked at once more.
            return ++calls == 7 ? Double.NaN : value;
          }
        };
    Trainer trainer =
        new Trainer(
            network(),
            new Bars(),
            loss,
            new Sgd(0.9),
            null,
            TrainingListener.NONE,
            options().withCheckpoint(file, 1e9, false));
    TrainingException e = assertThrows(TrainingException.class, trainer::fit);
    assertTrue(e.getMessage().contains("epoch 2, step 2"), e.getMessage());
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    assertTrue(Files.exists(file));
  }

  @Test
  void frozenParametersStayAndNeedNoGradient() throws IOException {
    Graph g = network();
    float[] mean = g.value("norm.mean").tensor().toArray();
    float[] conv = g.value("conv.weight").tensor().toArray();
    float[] logits = g.value("logits.weight").tensor().toArray();
    TrainerOptions frozen =
        options().withGroups(ParameterGroup.frozen("conv.*"), ParameterGroup.frozen("norm.*"));
    Trainer trainer = trainer(g, TrainingListener.NONE, frozen);
    assertTrue(
        trainer.plannedBytes()
            < trainer(network(), TrainingListener.NONE, options()).plannedBytes());
    trainer.fit();
    assertArrayEquals(mean, g.value("norm.mean").tensor().toArray());
    assertArrayEquals(conv, g.value("conv.weight").tensor().toArray());
    assertFalse(Arrays.equals(logits, g.value("logits.weight").tensor().toArray()));
    String unknown =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    trainer(
                        network(),
                        TrainingListener.NONE,
                        options().withGroups(ParameterGroup.frozen("features*"))))
            .getMessage();
    assertTrue(unknown.contains("'features*'") && unknown.contains("conv.weight"), unknown);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            trainer(
                network(),
                TrainingListener.NONE,
                options().withGroups(ParameterGroup.frozen("*"))));
  }

  /** A frozen normalisation uses the running statistics: a shift of the batch is not taken away. */
  @Test
  void frozenNormalisationRunsAsInInference() {
    Graph.Builder b = new Graph.Builder("norm");
    Value x = b.input("x", Shape.of(4, 1));
    Graph g = b.build(new Layers(b, 1).batchNorm("norm", x));
    Session frozen =
        new Session(
            g,
            SessionOptions.training(0)
                .withFrozen(List.of("norm.scale", "norm.bias"))
                .withGradients("x"),
            x.shape());
    Tensor input = Tensor.of(x.shape(), 5, 6, 7, 8);
    Tensor y = frozen.forward(input);
    for (int i = 0; i < 4; i++) {
      assertEquals(input.get(i), y.get(i), 1e-4);
    }
    frozen.cotangent("norm").fill(1);
    frozen.backward();
    for (int i = 0; i < 4; i++) {
      assertEquals(1, frozen.gradient("x").get(i), 1e-4);
    }
    assertEquals(0, g.value("norm.mean").tensor().get(0));
    assertTrue(frozen.parameterGradients().isEmpty());
  }

  @Test
  void exponentialAverageIsWhatItsFormulaSays() throws IOException {
    List<float[]> weights = new ArrayList<>();
    float[] start = network().value("logits.weight").tensor().toArray();
    Graph g = network();
    TrainingListener note =
        new TrainingListener() {
          @Override
          public void step(int epoch, int epochs, int step, int steps, double loss) {
            weights.add(g.value("logits.weight").tensor().toArray());
          }
        };
    List<float[]> validated = new ArrayList<>();
    Validator validator =
        v -> {
          validated.add(v.value("logits.weight").tensor().toArray());
          return Map.of();
        };
    trainer(g, new Sgd(0.9), validator, note, options().withAveraging(Averaging.ema(0.8))).fit();
    double[] average = new double[start.length];
    for (int i = 0; i < start.length; i++) {
      average[i] = start[i];
    }
    for (int n = 0; n < weights.size(); n++) {
      double d = Math.min(0.8, (1.0 + n) / (10 + n));
      for (int i = 0; i < start.length; i++) {
        average[i] = d * average[i] + (1 - d) * weights.get(n)[i];
      }
    }
    float[] kept = g.value("logits.weight").tensor().toArray();
    for (int i = 0; i < start.length; i++) {
      assertEquals(average[i], kept[i], 1e-5);
    }
    assertArrayEquals(kept, validated.get(EPOCHS - 1));
  }

  /** The mean of the weights after the last two epochs, with statistics measured for it. */
  @Test
  void stochasticWeightAverage() throws IOException {
    List<float[]> weights = new ArrayList<>();
    Graph g = network();
    TrainingListener note =
        new TrainingListener() {
          @Override
          public void step(int epoch, int epochs, int step, int steps, double loss) {
            if (step == steps && epoch > 2) {
              weights.add(g.value("conv.weight").tensor().toArray());
            }
          }
        };
    TrainerOptions swa = options().withAveraging(Averaging.swa(0.5));
    trainer(g, new Sgd(0.9), null, note, swa).fit();
    float[] kept = g.value("conv.weight").tensor().toArray();
    for (int i = 0; i < kept.length; i++) {
      assertEquals((weights.get(0)[i] + weights.get(1)[i]) / 2, kept[i], 1e-6);
    }
    // The statistics are those of these weights: normalised activations have mean 0, variance 1.
    Session s =
        new Session(g, SessionOptions.inference().withOutputs("norm"), Shape.of(32, 1, 8, 8));
    for (int i = 0; i < 32; i++) {
      new Bars().sample(i, 1000 + i, s.input(0).slice(i, i + 1), Tensor.zeros(), null);
    }
    Tensor y = s.forward();
    double[] scale = new double[6];
    double sum = 0;
    for (int i = 0; i < y.size(); i++) {
      int c = i / 64 % 6;
      double x = (y.get(i) - g.value("norm.bias").tensor().get(c));
      x /= g.value("norm.scale").tensor().get(c);
      scale[c] += x * x / (32 * 64);
      sum += x / y.size();
    }
    assertEquals(0, sum, 0.05);
    for (double variance : scale) {
      assertEquals(1, variance, 0.1);
    }
  }

  /** A rate far too high: the message names a node, and the checkpoint is of before. */
  @Test
  void divergenceIsDiagnosedAndNeverKept() throws IOException {
    Path file = folder.resolve("kept");
    TrainerOptions wild =
        TrainerOptions.defaults("logits", 20, 8, 1e6, 3)
            .withSchedule(Schedule.constant().withWarmUp(0.2))
            .withCheckpoint(file, 0, false);
    Graph g = network();
    TrainingException e =
        assertThrows(
            TrainingException.class,
            () -> trainer(g, new Sgd(0.9), null, TrainingListener.NONE, wild).fit());
    assertTrue(e.getMessage().contains("100000.0 instead of 1000000.0"), e.getMessage());
    assertTrue(e.where() != null && e.getMessage().contains("'" + e.where() + "'"), e.getMessage());
    if (Files.exists(file)) {
      Graph kept = network();
      Trainer resumed =
          trainer(kept, new Sgd(0.9), null, new CancelAfter(0), wild.withCheckpoint(file, 0, true));
      resumed.fit();
      Session s = new Session(kept, SessionOptions.inference(), Shape.of(1, 1, 8, 8));
      for (float x : s.forward().toArray()) {
        assertTrue(Math.abs(x) < 1e4, "" + x);
      }
    }
  }

  @Test
  void namesTheFirstBadNodeInputOrParameter() {
    assertEquals("input", diverge(network(), Float.NaN).where());
    Graph weight = network();
    weight.value("logits.weight").tensor().array()[3] = Float.POSITIVE_INFINITY;
    assertEquals("logits.weight", diverge(weight, 0).where());
    Graph huge = network();
    huge.value("norm.scale").tensor().fill(1e38f);
    huge.value("logits.weight").tensor().fill(1e38f);
    TrainingException e = diverge(huge, 0);
    assertTrue(List.of("norm", "dropout", "logits").contains(e.where()), e.getMessage());
    assertTrue(e.getMessage().contains("not finite is '" + e.where()), e.getMessage());
  }

  private TrainingException diverge(Graph g, float pixel) {
    TrainingData data =
        new TrainingData() {
          @Override
          public int size() {
            return 8;
          }

          @Override
          public Shape inputShape() {
            return Shape.of(1, 8, 8);
          }

          @Override
          public Shape targetShape() {
            return Shape.SCALAR;
          }

          @Override
          public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
            new Bars().sample(index, seed, input, target, weight);
            input.array()[input.offset()] += pixel;
          }
        };
    Trainer trainer =
        new Trainer(
            g,
            data,
            new SoftmaxCrossEntropy(),
            new Adam(),
            null,
            TrainingListener.NONE,
            options().withCheckpoint(folder.resolve("never"), 0, false));
    TrainingException e = assertThrows(TrainingException.class, trainer::fit);
    assertFalse(Files.exists(folder.resolve("never")));
    return e;
  }

  /** The loss is fine, its gradient is not. */
  @Test
  void namesTheFirstBadGradient() {
    Loss loss =
        new Loss() {
          @Override
          public double evaluate(
              Tensor output, Tensor target, Tensor weights, Tensor gradient, Parallel parallel) {
            gradient.fill(Float.NaN);
            return 1;
          }
        };
    Trainer trainer =
        new Trainer(
            network(), new Bars(), loss, new Adam(), null, TrainingListener.NONE, options());
    TrainingException e = assertThrows(TrainingException.class, trainer::fit);
    assertEquals("logits", e.where());
    assertTrue(e.getMessage().contains("gradient"), e.getMessage());
  }

  @Test
  void leavesNoTemporaryFiles() throws IOException {
    Path file = folder.resolve("kept");
    train(options().withCheckpoint(file, 0, false));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void saysWhatIsWrongWithOptions() {
    assertThrows(
        IllegalArgumentException.class, () -> TrainerOptions.defaults("logits", 0, 8, 0.01, 3));
    assertThrows(
        IllegalArgumentException.class, () -> TrainerOptions.defaults("logits", 1, 8, -1, 3));
    assertFalse(
        assertThrows(
                IllegalArgumentException.class,
                () -> trainer(network(), TrainingListener.NONE, options().withMonitor("figure", 0)))
            .getMessage()
            .isEmpty());
  }

  /** What a listener is shown of the steps it inspects: everything, and nothing of the others. */
  @Test
  void showsInspectedStepsAndLeavesTheBits() throws IOException {
    Graph g = network();
    Inspector third = new Inspector(3);
    Inspector fifth = new Inspector(5);
    trainer(g, TrainingListener.all(List.of(third, fifth)), options()).fit();
    assertEquals(train(options()), g.weightsHash());
    assertEquals(List.of(0L, 3L, 6L, 9L, 12L, 15L), third.inspected);
    assertEquals(List.of(0L, 5L, 10L, 15L), fifth.inspected);
    List<String> values = List.of("conv", "norm", "relu", "pool", "flatten", "dropout", "logits");
    assertEquals(values, third.forward.subList(0, 7));
    assertEquals(6 * 7, third.forward.size());
    assertEquals(4 * 7, fifth.forward.size());
    List<String> reversed = new ArrayList<>(values);
    java.util.Collections.reverse(reversed);
    assertEquals(reversed, third.backward.subList(0, 7));
    assertEquals(
        g.parameters().stream().map(Value::name).toList(),
        third.last.stream().map(p -> p.value().name()).toList());
  }

  /** Looks into every n-th step; checks what it sees against what it is said to be. */
  private static final class Inspector implements TrainingListener {
    private final int every;
    private final List<Long> inspected = new ArrayList<>();
    private final List<String> forward = new ArrayList<>();
    private final List<String> backward = new ArrayList<>();
    private List<StepView.Parameter> last = List.of();
    private float[] relu;

    Inspector(int every) {
      this.every = every;
    }

    @Override
    public boolean inspects(long step) {
      return step % every == 0;
    }

    @Override
    public void forward(Value value, Tensor tensor) {
      forward.add(value.name());
      if (value.name().equals("relu")) {
        relu = tensor.toArray();
        for (float x : relu) {
          assertTrue(x >= 0);
        }
      }
    }

    @Override
    public void backward(Value value, Tensor gradient) {
      backward.add(value.name());
      if (value.name().equals("conv")) {
        // The activations before a normalisation may all be shifted alike: the gradient sums to 0.
        double sum = 0;
        for (float x : gradient.toArray()) {
          assertTrue(Float.isFinite(x));
          sum += x;
        }
        assertEquals(0, sum, 1e-4);
      }
    }

    @Override
    public void inspect(StepView view) {
      inspected.add(view.step());
      assertEquals(Shape.of(8, 1, 8, 8), view.input().shape());
      assertEquals(Shape.of(8, 2), view.output().shape());
      assertTrue(view.loss() > 0 && view.rate() > 0);
      for (StepView.Parameter p : view.parameters()) {
        assertEquals(p.value().tensor().toArray().length, p.update().size());
        if (view.step() == 0) {
          // Adam's first step is the rate, against the sign of the gradient.
          for (int i = 0; i < p.now().size(); i++) {
            float g = p.gradient().get(i);
            if (Math.abs(g) > 1e-4) {
              assertEquals(-Math.signum(g) * view.rate(), p.update().get(i), 1e-5);
            }
          }
          assertTrue(p.updateRatio() > 0, p.value().name());
        }
      }
      last = view.parameters();
    }
  }

  /** Cancels when a number of steps is done. */
  private static final class CancelAfter implements TrainingListener {
    private final int limit;
    private int done;

    CancelAfter(int limit) {
      this.limit = limit;
    }

    @Override
    public void step(int epoch, int epochs, int step, int steps, double loss) {
      done++;
    }

    @Override
    public boolean cancelled() {
      return done >= limit;
    }
  }
}
