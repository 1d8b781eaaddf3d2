package dev.fovea.visualize.adversarial;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.model.Preprocessing.Channels;
import dev.fovea.engine.model.Preprocessing.Resize;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attacks on pictures: the balls they stay in when written to files, and the way to the pixels. */
class PictureAttacksTest {
  @TempDir private Path folder;

  static List<Attack> attacks() {
    List<Attack> all = new ArrayList<>();
    for (double radius : new double[] {0.03, 0.1001}) {
      Ball cube = Ball.of(Norm.L_INF, radius);
      Ball sphere = Ball.of(Norm.L2, 8 * radius);
      all.add(new FastGradientSign(cube));
      all.add(new FastGradientSign(sphere));
      all.add(ProjectedGradient.bim(cube, 5));
      all.add(ProjectedGradient.pgd(cube, 5).withRestarts(2));
      all.add(ProjectedGradient.pgd(sphere, 5));
      all.add(ProjectedGradient.momentumIterative(cube, 5));
      all.add(DeepFool.of(sphere));
      all.add(DeepFool.of(cube));
      all.add(new CarliniWagner(sphere, 3, 20, 0.05, 1, 0));
      all.add(new SquareAttack(cube, 40, 0.8));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void staysInItsBallAlsoAsFileOfEightBits(Attack attack) throws IOException {
    for (long seed = 1; seed <= 3; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      DifferentiableModel model =
          new PictureModel(
              Preprocessing.unit(Channels.RGB, 6, 6, Resize.STRETCH),
              NetworkModel.of(Networks.convolutional(3, 6, 6, seed), Networks.OPTIONS));
      Tensor x = Networks.picture(random, 1, 3, 9, 8);
      Goal goal = Goal.awayFrom(Networks.told(model, x));
      Tensor found = attack.perturb(model, x, goal, seed);
      String about = attack + ", seed " + seed;
      assertTrue(attack.ball().contains(found, x), about);
      for (Tensor rounded :
          List.of(
              EightBits.round(found, x, attack.ball()),
              EightBits.reaching(model, found, x, goal, attack.ball()))) {
        Path file = folder.resolve("adversarial.png");
        ImageWriter.writePng(file, EightBits.image(rounded));
        Tensor read = EightBits.pixels(ImageReader.read(file));
        assertArrayEquals(rounded.toArray(), read.toArray(), "the file holds just that");
        assertTrue(attack.ball().contains(read, x), about);
        // Not only up to rounding: in whole levels of 8 bits there is none.
        assertTrue(
            attack.ball().norm().of(Ball.difference(read, x)) <= attack.ball().radius() + 1e-7,
            about);
      }
    }
  }

  @Test
  void reachingTakesAPerturbationFurtherThatRoundingHasUndone() {
    // The border is 0.3 of a level away: the smallest perturbation rounds to nothing.
    NetworkModel model = Networks.affine(new float[][] {{1, 1}, {0, 0}}, -(100 + 99.7f) / 255, 0);
    DifferentiableModel pictures = flat(model);
    Tensor x = Tensor.of(Shape.of(1, 1, 1, 2), 100 / 255f, 100 / 255f);
    Goal goal = Goal.awayFrom(0);
    Ball ball = Ball.unbounded(Norm.L2);
    Tensor found = DeepFool.of(ball).perturb(pictures, x, goal, 1);
    assertTrue(goal.isReached(pictures.scores(found)));
    Tensor rounded = EightBits.round(found, x, ball);
    assertArrayEquals(x.toArray(), rounded.toArray(), "rounded to the original");
    Tensor reaching = EightBits.reaching(pictures, found, x, goal, ball);
    assertTrue(goal.isReached(pictures.scores(reaching)));
  }

  /** A model of vectors on pictures. */
  private static DifferentiableModel flat(DifferentiableModel model) {
    return new DifferentiableModel() {
      @Override
      public Tensor scores(Tensor x) {
        return model.scores(x.reshape(x.shape().dim(0), x.size() / x.shape().dim(0)));
      }

      @Override
      public Evaluation evaluate(Tensor x, Objective objective) {
        Evaluation e =
            model.evaluate(x.reshape(x.shape().dim(0), x.size() / x.shape().dim(0)), objective);
        return new Evaluation(e.scores(), e.values(), e.gradient().reshape(x.shape()));
      }
    };
  }

  static Stream<Preprocessing> preprocessings() {
    float[] mean = {104, 117, 123};
    float[] std = {50, 60, 70};
    return Stream.of(
        Preprocessing.unit(Channels.RGB, 8, 8, Resize.STRETCH),
        Preprocessing.unit(Channels.GREY, 8, 8, Resize.STRETCH),
        Preprocessing.meanStd(Channels.BGR, 8, 8, Resize.SHORTER_SIDE_CROP, mean, std)
            .withShorterSide(10),
        Preprocessing.meanStd(Channels.RGB, 8, 8, Resize.LETTERBOX, mean, std).withMargin(114),
        Preprocessing.unit(Channels.RGB, 16, 24, Resize.SHORTER_SIDE_CROP));
  }

  @ParameterizedTest
  @MethodSource("preprocessings")
  void gradientsGoBackThroughThePreprocessing(Preprocessing preprocessing) {
    for (int channels : new int[] {1, 3}) {
      long seed = 11 + channels;
      SplittableRandom random = new SplittableRandom(seed);
      int inputs = preprocessing.channels().count();
      DifferentiableModel model =
          new PictureModel(
              preprocessing,
              NetworkModel.of(
                  Networks.convolutional(
                      inputs, preprocessing.height(), preprocessing.width(), seed),
                  Networks.OPTIONS));
      Tensor x = Networks.picture(random, 2, channels, 11, 13);
      Goal goal = Goal.awayFrom(0, 2);
      Tensor gradient = model.evaluate(x, goal).gradient();
      double h = 1e-2;
      for (int t = 0; t < 20; t++) {
        int i = random.nextInt(x.size());
        double expected = (value(model, x, goal, i, h) - value(model, x, goal, i, -h)) / (2 * h);
        assertEquals(
            expected,
            gradient.get(i),
            2e-3 + 0.02 * Math.abs(expected),
            "seed " + seed + " at " + i);
      }
    }
  }

  private static double value(DifferentiableModel model, Tensor x, Goal goal, int i, double by) {
    Tensor moved = x.copy();
    moved.array()[i] += (float) by;
    double sum = 0;
    for (double v : model.evaluate(moved, goal).values()) {
      sum += v;
    }
    return sum;
  }

  @Test
  void strongerAttacksLeaveFewerRight() {
    long seed = 3;
    SplittableRandom random = new SplittableRandom(seed);
    NetworkModel model = NetworkModel.of(Networks.convolutional(1, 6, 6, seed), Networks.OPTIONS);
    Tensor x = Networks.picture(random, 40, 1, 6, 6);
    Goal goal = Goal.awayFrom(Networks.told(model, x));
    double before = -1;
    for (double radius : new double[] {0, 0.02, 0.05, 0.1, 0.2}) {
      double fast = fooled(model, x, goal, new FastGradientSign(Ball.of(Norm.L_INF, radius)));
      double pgd = fooled(model, x, goal, ProjectedGradient.pgd(Ball.of(Norm.L_INF, radius), 20));
      // It makes the loss large, which for single samples need not be to be told wrong.
      assertTrue(pgd >= fast - 0.05 && pgd >= before, radius + ": " + fast + ", " + pgd);
      before = pgd;
    }
    assertTrue(before > 0.9, "at last nearly all: " + before);
  }

  private static double fooled(NetworkModel model, Tensor x, Goal goal, Attack attack) {
    double sum = 0;
    for (double share : goal.reached(model.scores(attack.perturb(model, x, goal, 1)))) {
      sum += share / x.shape().dim(0);
    }
    return sum;
  }

  @Test
  void squaresFoolWithScoresAlone() {
    long seed = 3;
    SplittableRandom random = new SplittableRandom(seed);
    NetworkModel model = NetworkModel.of(Networks.convolutional(1, 6, 6, seed), Networks.OPTIONS);
    DifferentiableModel blind =
        new DifferentiableModel() {
          @Override
          public Tensor scores(Tensor x) {
            return model.scores(x);
          }

          @Override
          public Evaluation evaluate(Tensor x, Objective objective) {
            throw new AssertionError("asked for a gradient");
          }
        };
    Tensor x = Networks.picture(random, 10, 1, 6, 6);
    Goal goal = Goal.awayFrom(Networks.told(model, x));
    SquareAttack attack = new SquareAttack(Ball.of(Norm.L_INF, 0.2), 100, 0.8);
    double[] reached = goal.reached(blind.scores(attack.perturb(blind, x, goal, seed)));
    double sum = 0;
    for (double share : reached) {
      sum += share;
    }
    assertTrue(sum >= 7, "fooled " + sum + " of 10");
  }

  @Test
  void oneUniversalPerturbationFoolsMany() {
    long seed = 5;
    NetworkModel model = NetworkModel.of(Networks.convolutional(3, 6, 6, seed), Networks.OPTIONS);
    List<Sample> samples = samples(model, seed, 12);
    UniversalPerturbation universal = new UniversalPerturbation(Ball.of(Norm.L_INF, 0.25), 4);
    Tensor perturbation = universal.of(model, samples);
    assertTrue(Norm.L_INF.of(perturbation.toArray()) <= 0.25 + 1e-6);
    int fooled = 0;
    for (Sample s : samples) {
      Tensor x = universal.apply(s.x(), perturbation);
      assertTrue(universal.ball().contains(x, s.x()));
      fooled += s.goal().isReached(model.scores(x)) ? 1 : 0;
    }
    assertTrue(fooled >= 6, "fooled " + fooled + " of 12");
    assertThrows(IllegalArgumentException.class, () -> universal.of(model, List.of()));
    List<Sample> uneven =
        List.of(samples.get(0), new Sample(Tensor.zeros(1, 3, 5, 6), Goal.awayFrom(0)));
    assertThrows(IllegalArgumentException.class, () -> universal.of(model, uneven));
  }

  private static List<Sample> samples(NetworkModel model, long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Tensor x = Networks.picture(random, 1, 3, 6, 6);
      samples.add(new Sample(x, Goal.awayFrom(Networks.told(model, x))));
    }
    return samples;
  }

  @Test
  void aPatchChangesNothingBesideIt() {
    long seed = 6;
    NetworkModel model = NetworkModel.of(Networks.convolutional(3, 6, 6, seed), Networks.OPTIONS);
    List<Sample> samples =
        samples(model, seed, 6).stream().map(s -> new Sample(s.x(), Goal.towards(1))).toList();
    AdversarialPatch attack = new AdversarialPatch(4, 300, 0.05);
    Tensor patch = attack.of(model, samples, seed);
    SplittableRandom random = new SplittableRandom(seed);
    double before = 0;
    double after = 0;
    for (Sample s : samples) {
      AdversarialPatch.Place place = attack.place(s.x().shape(), random);
      Tensor patched = attack.apply(s.x(), patch, place);
      float[] change = Ball.difference(patched, s.x());
      for (int i = 0; i < change.length; i++) {
        int x = i % 6 - place.x();
        int y = i / 6 % 6 - place.y();
        boolean covered = x >= 0 && x < 4 && y >= 0 && y < 4;
        assertTrue(covered || change[i] == 0, "outside at " + i);
        assertTrue(patched.get(i) >= 0 && patched.get(i) <= 1);
      }
      before += s.goal().evaluate(model.scores(s.x()), Tensor.zeros(1, 3))[0];
      after += s.goal().evaluate(model.scores(patched), Tensor.zeros(1, 3))[0];
    }
    assertTrue(after > before + 0.5, before + " to " + after);
    assertThrows(
        IllegalArgumentException.class,
        () -> new AdversarialPatch(7, 1, 0.1).of(model, samples, seed));
  }

  @Test
  void otherBitDepthsAreAttackedInEightBits() {
    Image deep = Image.ofUint16(2, 1, new short[] {(short) 65535, 257});
    assertArrayEquals(new float[] {1, 1 / 255f}, EightBits.pixels(deep).toArray(), 1e-7f);
  }
}
