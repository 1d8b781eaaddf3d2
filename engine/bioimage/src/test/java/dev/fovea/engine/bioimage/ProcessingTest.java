package dev.fovea.engine.bioimage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each step on numbers small enough to be worked out by hand. */
class ProcessingTest {
  private static final float EXACT = 1e-6f;
  private final List<String> notes = new ArrayList<>();

  private List<Processing> read(boolean letters, String step) throws PackageFormatException {
    List<Axis> axes = List.of(axis("batch"), axis("channel"), axis("y"), axis("x"));
    byte[] yaml = ("[" + step + "]").getBytes(StandardCharsets.UTF_8);
    return new ProcessingReader(axes, letters, notes).read(YamlDocument.read(new Place("p"), yaml));
  }

  private static Axis axis(String id) {
    Axis.Kind kind =
        switch (id) {
          case "batch" -> Axis.Kind.BATCH;
          case "channel" -> Axis.Kind.CHANNEL;
          default -> Axis.Kind.SPACE;
        };
    return new Axis(id, kind, new AxisSize.Any(), 0, List.of());
  }

  private static Sample sample(int channels, int height, float... values) {
    int width = values.length / channels / height;
    return new Sample(
        List.of("batch", "channel", "y", "x"),
        Tensor.of(Shape.of(1, channels, height, width), values));
  }

  private float[] run(boolean letters, String step, Sample sample) throws PackageFormatException {
    Map<String, Sample> inputs = Map.of("raw", sample(1, 1, 10, 20, 30));
    return Predictor.process(read(letters, step), sample, inputs).tensor().toArray();
  }

  private void check(String step5, String step4, Sample sample, float... expected)
      throws PackageFormatException {
    if (step5 != null) {
      assertArrayEquals(expected, run(false, step5, sample), EXACT, step5);
    }
    if (step4 != null) {
      assertArrayEquals(expected, run(true, step4, sample), EXACT, step4);
    }
  }

  private void refused(boolean letters, String step, String expected) {
    PackageFormatException e =
        assertThrows(PackageFormatException.class, () -> read(letters, step));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  /** Mean 2.5, deviation sqrt(1.25), eps 1e-6. */
  @Test
  void zeroMeanUnitVariance() throws PackageFormatException {
    float[] once = {-1.3416396f, -0.4472132f, 0.4472132f, 1.3416396f};
    check(
        "{id: zero_mean_unit_variance}",
        "{name: zero_mean_unit_variance, kwargs: {mode: per_sample, axes: cyx}}",
        sample(1, 2, 1, 2, 3, 4),
        once);
    check(
        "{id: zero_mean_unit_variance, kwargs: {axes: [y, x], eps: 1.0e-7}}",
        "{name: zero_mean_unit_variance, kwargs: {mode: per_sample, axes: yx, eps: 1.0e-7}}",
        sample(2, 1, 1, 3, 10, 30),
        -1,
        1,
        -1,
        1);
  }

  /** Unless the axis of the batch is named, too: mean 4, deviation sqrt(10). */
  @Test
  void samplesOfABatchStayApart() throws PackageFormatException {
    Sample two =
        new Sample(
            List.of("batch", "channel", "y", "x"), Tensor.of(Shape.of(2, 1, 1, 2), 0, 2, 6, 8));
    check(
        "{id: zero_mean_unit_variance, kwargs: {axes: [y, x], eps: 0}}",
        "{name: zero_mean_unit_variance, kwargs: {mode: per_sample, axes: yx, eps: 0}}",
        two,
        -1,
        1,
        -1,
        1);
    check(
        "{id: zero_mean_unit_variance, kwargs: {axes: [batch, y, x], eps: 0}}",
        "{name: zero_mean_unit_variance, kwargs: {mode: per_dataset, axes: yx, eps: 0}}",
        two,
        -1.2649111f,
        -0.6324555f,
        0.6324555f,
        1.2649111f);
    check(
        "{id: scale_range, kwargs: {axes: [y, x], eps: 0}}",
        "{name: scale_range, kwargs: {mode: per_sample, axes: yx, eps: 0}}",
        two,
        0,
        1,
        0,
        1);
  }

  @Test
  void statisticsOfADataSetAreThoseOfTheImage() throws PackageFormatException {
    check(
        null,
        "{name: zero_mean_unit_variance, kwargs: {mode: per_dataset, axes: cyx, eps: 0}}",
        sample(1, 1, 1, 3),
        -1,
        1);
    assertEquals(1, notes.size());
    assertTrue(notes.get(0).contains("per_dataset"), notes.get(0));
  }

  @Test
  void fixedZeroMeanUnitVariance() throws PackageFormatException {
    check(
        "{id: fixed_zero_mean_unit_variance, kwargs: {mean: 10, std: 2}}",
        "{name: zero_mean_unit_variance, kwargs: {mode: fixed, mean: 10, std: 2, eps: 1e-6}}",
        sample(1, 1, 10, 14),
        0,
        1.999999f);
    check(
        "{id: fixed_zero_mean_unit_variance, kwargs: {axis: channel, mean: [1, 2], std: [1, 4]}}",
        "{name: zero_mean_unit_variance, kwargs: {axes: yx, mean: [1, 2], std: [1, 4]}}",
        sample(2, 1, 2, 2),
        0.999999f,
        0);
  }

  @Test
  void scaleLinear() throws PackageFormatException {
    check(
        "{id: scale_linear, kwargs: {gain: 2, offset: -1}}",
        "{name: scale_linear, kwargs: {gain: 2, offset: -1}}",
        sample(1, 1, 3, 4),
        5,
        7);
    check(
        "{id: scale_linear, kwargs: {axis: channel, gain: [2, 3], offset: [0, 1]}}",
        "{name: scale_linear, kwargs: {axes: yx, gain: [2, 3], offset: [0, 1]}}",
        sample(2, 1, 3, 4, 5, 6),
        6,
        8,
        16,
        19);
  }

  /** Percentiles 10 and 90 of five values lie at 0.4 and 3.6 of their order: 0.4 and 7.2. */
  @Test
  void scaleRange() throws PackageFormatException {
    check(
        "{id: scale_range, kwargs: {min_percentile: 10, max_percentile: 90}}",
        "{name: scale_range, kwargs: {mode: per_sample, axes: cyx, min_percentile: 10,"
            + " max_percentile: 90}}",
        sample(1, 1, 3, 0, 10, 2, 1),
        0.3823529f,
        -0.0588235f,
        1.4117645f,
        0.2352941f,
        0.0882353f);
    // Of the input 10, 20, 30.
    check(
        "{id: scale_range, kwargs: {reference_tensor: raw, eps: 1e-9}}",
        "{name: scale_range, kwargs: {mode: per_sample, axes: yx, reference_tensor: raw, eps: 0}}",
        sample(1, 1, 10, 15, 30),
        0,
        0.25f,
        1);
  }

  /** The input 10, 20, 30 has the mean 20 and the deviation sqrt(200 / 3). */
  @Test
  void scaleMeanVariance() throws PackageFormatException {
    check(
        "{id: scale_mean_variance, kwargs: {reference_tensor: raw, eps: 0}}",
        "{name: scale_mean_variance, kwargs: {mode: per_sample, axes: yx, reference_tensor: raw,"
            + " eps: 0}}",
        sample(1, 1, 0, 2),
        11.835034f,
        28.164967f);
  }

  @Test
  void clipAndBinarize() throws PackageFormatException {
    check(
        "{id: clip, kwargs: {min: 0, max: 1}}",
        "{name: clip, kwargs: {min: 0, max: 1}}",
        sample(1, 1, -1, 0.5f, 2),
        0,
        0.5f,
        1);
    check("{id: clip, kwargs: {max: 1}}", null, sample(1, 1, -9, 2), -9, 1);
    // Above, not at, the threshold.
    check(
        "{id: binarize, kwargs: {threshold: 0.5}}",
        "{name: binarize, kwargs: {threshold: 0.5}}",
        sample(1, 1, 0.25f, 0.5f, 0.75f),
        0,
        0,
        1);
    check(
        "{id: binarize, kwargs: {axis: channel, threshold: [1, 2]}}",
        null,
        sample(2, 1, 1.5f, 1.5f),
        1,
        0);
  }

  @Test
  void sigmoidAndSoftmax() throws PackageFormatException {
    check("{id: sigmoid}", "{name: sigmoid}", sample(1, 1, 0, 2), 0.5f, 0.8807971f);
    check("{id: softmax}", null, sample(3, 1, 1, 2, 3), 0.0900306f, 0.2447285f, 0.665241f);
    check("{id: softmax, kwargs: {axis: x}}", null, sample(1, 2, 0, 0, 1000, 0), 0.5f, 0.5f, 1, 0);
  }

  @Test
  void ensureType() throws PackageFormatException {
    Sample values = sample(1, 1, -1.7f, 1.7f, 300, Float.NaN);
    check("{id: ensure_dtype, kwargs: {dtype: uint8}}", null, values, 0, 1, 255, 0);
    check("{id: ensure_dtype, kwargs: {dtype: int16}}", null, values, -1, 1, 300, 0);
    check("{id: ensure_dtype, kwargs: {dtype: bool}}", null, sample(1, 1, 0, -2), 0, 1);
    check("{id: ensure_dtype, kwargs: {dtype: float32}}", null, sample(1, 1, 0.1f), 0.1f);
  }

  /** Each step sees what the ones before it made. */
  @Test
  void stepsFollowEachOther() throws PackageFormatException {
    check(
        "{id: clip, kwargs: {max: 3}}, {id: scale_range, kwargs: {eps: 0}}",
        null,
        sample(1, 1, 1, 2, 100),
        0,
        0.5f,
        1);
  }

  @Test
  void whatIsNotKnownIsRefusedByName() {
    refused(false, "{id: stardist_postprocessing}", "the step 'stardist_postprocessing'");
    refused(true, "{name: custom}", "the step 'custom'");
    refused(false, "{id: clip, kwargs: {min: 0, soft: 1}}", "the setting 'soft' of clip");
    refused(false, "{id: clip, kwargs: {min: 2, max: 1}}", "min < max");
    refused(false, "{id: scale_range, kwargs: {axes: [q]}}", "the axis 'q'");
    refused(false, "{id: scale_linear, kwargs: {gain: [1, 2]}}", "without an axis");
    refused(
        false,
        "{id: scale_linear, kwargs: {axis: x, gain: [1, 2], offset: [1, 2, 3]}}",
        "one length");
    refused(true, "{name: zero_mean_unit_variance, kwargs: {mode: odd}}", "the mode 'odd'");
    refused(false, "{id: ensure_dtype, kwargs: {dtype: object}}", "the type 'object'");
    refused(false, "{id: binarize, kwargs: {threshold: often}}", "expected a number");
    refused(
        false, "{id: scale_range, kwargs: {min_percentile: 99, max_percentile: 1}}", "min < max");
  }

  @Test
  void extentsThatDoNotFit() {
    Sample three = sample(3, 1, 1, 2, 3);
    String step = "{id: scale_linear, kwargs: {axis: channel, gain: [1, 2], offset: [0, 0]}}";
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> run(false, step, three));
    assertTrue(e.getMessage().contains("expected channel of 2"), e.getMessage());
    String other = "{id: scale_range, kwargs: {reference_tensor: missing}}";
    e = assertThrows(IllegalArgumentException.class, () -> run(false, other, three));
    assertTrue(e.getMessage().contains("no input 'missing'"), e.getMessage());
  }
}
