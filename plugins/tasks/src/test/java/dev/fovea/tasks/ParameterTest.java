package dev.fovea.tasks;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterTest {
  private static final List<Task<?>> TASKS =
      List.of(
          new SegmentTask(),
          new ClassifyTask(),
          new ExplainTask(),
          new InsideTask(),
          new EmbedTask(),
          new DreamTask(),
          new InvertTask(),
          new TextureTask(),
          new TrainClassifierTask(),
          new TrainSegmenterTask(),
          new TrainDetectorTask(),
          new TrainStyleTask(),
          new RobustnessTask(),
          new AttackTask(),
          new StylizeTask(),
          new StyleTransferTask(),
          new DetectTask(),
          new ConvertTask(),
          new TrainBaselineTask(),
          new SearchTask(),
          new EvaluateTask(),
          new InspectTask());

  @Test
  void keyIsTheFirstWordOfTheLabel() {
    Parameter area = Parameter.integer("Minimum_area (pixels)", 1, 100, 16, "help");
    assertEquals("minimum_area", area.key());
    assertEquals("--minimum-area", area.option());
    assertThrows(
        IllegalArgumentException.class, () -> Parameter.text("Minimum-area", "", "no such key"));
  }

  @Test
  void keysAreUniqueInEveryTask() {
    for (Task<?> task : TASKS) {
      Set<String> keys = new HashSet<>();
      for (Parameter parameter : task.parameters()) {
        assertTrue(keys.add(parameter.key()), task.name() + ": " + parameter.key());
        assertFalse(parameter.help().isBlank(), task.name() + ": " + parameter.key());
      }
    }
  }

  @Test
  void defaultsOfImageTasksNeedNothingElse() {
    assertEquals(SegmentTask.Parameters.of("nuclei"), new SegmentTask().parse(Map.of()));
    assertEquals(new ClassifyTask.Parameters("digits", 5), new ClassifyTask().parse(Map.of()));
    assertEquals(List.of("saliency"), new ExplainTask().parse(Map.of()).methods());
  }

  @Test
  void valuesAreBound() {
    SegmentTask.Parameters parameters =
        new SegmentTask()
            .parse(Map.of("model", "x.onnx", "minimum_area", "40", "interior_threshold", ".7"));
    assertEquals("x.onnx", parameters.model());
    assertEquals(OptionalDouble.of(40), parameters.minimumArea());
    assertEquals(OptionalDouble.of(0.7), parameters.interiorThreshold());
    assertEquals(OptionalDouble.empty(), parameters.foregroundThreshold());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "101", "1.5", "", "x", "0x10", "99999999999999999999", "-3", "auto"})
  void whatIsNoWholeNumberInRangeIsRefused(String value) {
    Parameter area = Parameter.integer("Area", 1, 100, 16, "help");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> area.check(value));
    assertEquals(
        "area: found '" + value + "', expected a whole number from 1 to 100", e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "1f", "0x1p-3", "1e", ".", "1,5", "2"})
  void whatIsNoNumberInRangeIsRefused(String value) {
    Parameter share = Parameter.number("Share", 0, 1, 0.5, "help");
    assertThrows(IllegalArgumentException.class, () -> share.check(value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", ".25", "1.", "2.5e-3", "+0.5"})
  void numbersAreTaken(String value) {
    assertDoesNotThrow(() -> Parameter.number("Share", 0, 1, 0.5, "help").check(value));
  }

  @Test
  void automaticOnlyWhereDeclared() {
    Parameter share = Parameter.number("Share", 0, 1, 0.5, "help").orAuto();
    assertEquals(Parameter.AUTO, share.defaultValue());
    assertDoesNotThrow(() -> share.check("auto"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> share.check("2"));
    assertEquals("share: found '2', expected a number from 0.0 to 1.0 or auto", e.getMessage());
  }

  @Test
  void unknownAndMissingKeysAreNamed() {
    IllegalArgumentException unknown =
        assertThrows(
            IllegalArgumentException.class, () -> new InspectTask().parse(Map.of("mdl", "x")));
    assertTrue(unknown.getMessage().startsWith("model: expected"), unknown.getMessage());
    IllegalArgumentException extra =
        assertThrows(
            IllegalArgumentException.class,
            () -> new InspectTask().parse(Map.of("model", "x", "mdl", "y")));
    assertEquals("unknown parameter 'mdl', expected one of model, shape, plan", extra.getMessage());
  }

  @Test
  void patchOfASegmenterMustFitItsDepth() {
    Map<String, String> values =
        Map.of("data", "d", "output", "o.onnx", "depth", "5", "patch", "48");
    assertThrows(IllegalArgumentException.class, () -> new TrainSegmenterTask().parse(values));
  }
}
