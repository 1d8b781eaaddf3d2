package dev.fovea.engine.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.MulticlassHinge;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import dev.fovea.engine.train.SoftmaxFocal;
import dev.fovea.engine.train.TrainingData;
import dev.fovea.engine.zoo.ClassificationTrainingTest.Bars;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the presets do to a picture, and what mixing does to targets. */
class SampleRecipeTest {
  private static final int SIDE = 32;

  /** Colour pictures whose red grows to the right and whose green grows downwards. */
  private record Ramps(int size) implements ClassificationDataset {
    @Override
    public String name(int i) {
      return "ramp " + i;
    }

    @Override
    public Image image(int i) {
      float[] red = new float[SIDE * SIDE];
      float[] green = new float[SIDE * SIDE];
      float[] blue = new float[SIDE * SIDE];
      for (int k = 0; k < red.length; k++) {
        red[k] = (k % SIDE + 1f) / (SIDE + 1);
        green[k] = (k / SIDE + 1f) / (SIDE + 1);
        blue[k] = 0.5f;
      }
      return Image.ofFloat32(SIDE, SIDE, red, green, blue);
    }

    @Override
    public List<String> classes() {
      return List.of("a", "b", "c");
    }

    @Override
    public int label(int i) {
      return i % 3;
    }
  }

  private static final Preprocessing COLOR = ClassifierRecipe.preprocessing(3, SIDE);

  private static Tensor draw(TrainingData data, int index, long seed) {
    Tensor input = Tensor.zeros(data.inputShape());
    data.sample(index, seed, input, Tensor.zeros(data.targetShape()), null);
    return input;
  }

  /**
   * A row or column that the padding cannot reach shows how far a picture was shifted and whether
   * it was mirrored.
   */
  @Test
  void naturalIsTheUsualAugmentationOfCifar() {
    TrainingData data = SampleRecipe.of(AugmentationPreset.NATURAL).samples(new Ramps(1), COLOR);
    Set<Integer> shifts = new HashSet<>();
    Set<Integer> verticalShifts = new HashSet<>();
    int mirrored = 0;
    int draws = 400;
    for (int seed = 0; seed < draws; seed++) {
      Tensor x = draw(data, 0, seed);
      int middle = SIDE / 2;
      int at = middle * SIDE + middle;
      boolean left = x.get(at + 1) < x.get(at);
      mirrored += left ? 1 : 0;
      int column = Math.round(x.get(at) * (SIDE + 1)) - 1;
      shifts.add(left ? SIDE - 1 - middle - column : column - middle);
      verticalShifts.add(Math.round(x.get(SIDE * SIDE + at) * (SIDE + 1)) - 1 - middle);
    }
    Set<Integer> expected = new HashSet<>(List.of(-4, -3, -2, -1, 0, 1, 2, 3, 4));
    assertEquals(expected, shifts);
    assertEquals(expected, verticalShifts);
    assertTrue(Math.abs(mirrored - draws / 2) < 60, mirrored + " of " + draws + " are mirrored");
  }

  @Test
  void digitsAreAugmentedAsEverBefore() {
    Preprocessing grey = ClassifierRecipe.preprocessing(1, 28);
    TrainingData now = SampleRecipe.of(AugmentationPreset.DIGITS).samples(new Bars(6), grey);
    TrainingData before =
        new ClassificationTraining(new Bars(6), grey, ClassifierRecipe.AUGMENTATION);
    for (int i = 0; i < 6; i++) {
      assertArrayEquals(draw(before, i, 11 * i).toArray(), draw(now, i, 11 * i).toArray());
    }
    assertEquals(AugmentationPreset.DIGITS, AugmentationPreset.forChannels(1));
    assertEquals(AugmentationPreset.NATURAL, AugmentationPreset.forChannels(3));
  }

  @ParameterizedTest
  @EnumSource(AugmentationPreset.class)
  void presetsGiveFinitePicturesOfTheSameSizeInGreyAndColour(AugmentationPreset preset) {
    assertEquals(preset, AugmentationPreset.named(preset.text()));
    for (int channels : new int[] {1, 3}) {
      Preprocessing p = ClassifierRecipe.preprocessing(channels, SIDE);
      TrainingData data = SampleRecipe.of(preset).samples(new Ramps(1), p);
      TrainingData plain = new ClassificationTraining(new Ramps(1), p, Augmentation.NONE);
      Tensor x = draw(data, 0, 3);
      assertEquals(Shape.of(channels, SIDE, SIDE), x.shape());
      for (float v : x.toArray()) {
        assertTrue(v >= -0.5 && v <= 1.5, preset + " gives " + v);
      }
      boolean same = Arrays.equals(draw(plain, 0, 3).toArray(), x.toArray());
      assertEquals(preset == AugmentationPreset.NONE, same, preset + " changes a picture");
      assertArrayEquals(x.toArray(), draw(data, 0, 3).toArray(), preset + " by the same seed");
    }
  }

  @Test
  void cutoutHidesASquareOfHalfTheSide() {
    SampleRecipe recipe = new SampleRecipe(AugmentationPreset.NONE, 0, 0, true);
    Tensor x = draw(recipe.samples(new Ramps(1), COLOR), 0, 5);
    Tensor plain = draw(SampleRecipe.PLAIN.samples(new Ramps(1), COLOR), 0, 5);
    int hidden = 0;
    for (int i = 0; i < SIDE * SIDE; i++) {
      if (x.get(i) != plain.get(i)) {
        assertEquals(0.5f, x.get(i));
        hidden++;
      }
    }
    assertTrue(hidden > 0 && hidden <= SIDE * SIDE / 4, hidden + " pixels");
  }

  @Test
  void mixedTargetsAreSharesThatSumToOne() {
    for (SampleRecipe recipe :
        List.of(
            new SampleRecipe(AugmentationPreset.NATURAL, 1, 0, false),
            new SampleRecipe(AugmentationPreset.NATURAL, 0, 1, true),
            new SampleRecipe(AugmentationPreset.NONE, 0.4, 1, false))) {
      TrainingData data = recipe.samples(new Ramps(9), COLOR);
      assertEquals(Shape.of(3), data.targetShape(), recipe.toString());
      int mixed = 0;
      for (int seed = 0; seed < 50; seed++) {
        Tensor target = Tensor.zeros(3);
        data.sample(4, seed, Tensor.zeros(data.inputShape()), target, null);
        float[] t = target.toArray();
        assertEquals(1, t[0] + t[1] + t[2], 1e-6, recipe + " " + target);
        mixed += t[1] < 1 ? 1 : 0;
      }
      assertTrue(mixed > 10, recipe + " mixed " + mixed + " of 50");
    }
  }

  @Test
  void lossesByName() {
    assertEquals(
        new SoftmaxCrossEntropy().withLabelSmoothing(0.1).describe(),
        ClassificationLoss.named("cross-entropy").loss(0.1).describe());
    assertEquals(
        new MulticlassHinge().describe(), ClassificationLoss.named("hinge").loss(0).describe());
    assertEquals(
        new SoftmaxFocal(2).describe(), ClassificationLoss.named("focal").loss(0).describe());
    assertThrows(IllegalArgumentException.class, () -> ClassificationLoss.named("mse"));
    assertThrows(IllegalArgumentException.class, () -> ClassificationLoss.HINGE.loss(0.1));
  }

  @Test
  void frozenFeaturesSeeImagesAsTheyAre() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new TransferRecipe(
                1,
                8,
                0.01,
                TransferRecipe.FEATURES,
                0.1,
                SampleRecipe.of(AugmentationPreset.NATURAL),
                new SoftmaxCrossEntropy()));
  }
}
