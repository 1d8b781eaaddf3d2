package dev.fovea.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fovea.engine.train.Clipping;
import dev.fovea.engine.train.Regularizer;
import dev.fovea.engine.train.Schedule;
import dev.fovea.engine.train.TrainerOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpdateOptionsTest {

  private static final TrainerOptions RECIPE =
      TrainerOptions.defaults("logits", 10, 8, 0.01, 1)
          .withRegularizer(Regularizer.l2(5e-4))
          .withMonitor("accuracy", 0);

  private static UpdateOptions given(Map<String, String> arguments) {
    return UpdateOptions.bind(Arguments.of(UpdateOptions.declare(), arguments));
  }

  private static TrainerOptions.Updates updates(Map<String, String> arguments) {
    return given(arguments).apply(RECIPE).updates();
  }

  @Test
  void nothingGivenIsTheRecipe() {
    assertEquals(RECIPE, given(Map.of()).apply(RECIPE));
    assertEquals(Map.of(), given(Map.of()).provenance());
  }

  @Test
  void eachOptionChangesItsPart() {
    TrainerOptions.Updates u =
        updates(
            Map.of(
                "optimizer", "nesterov",
                "schedule", "plateau",
                "warm_up", "0.1",
                "weight_decay", "0.001",
                "clip", "5"));
    assertEquals("nesterov momentum=0.9", u.optimizer().get().describe());
    assertEquals(
        Schedule.named("plateau", "accuracy").withWarmUp(0.1).describe(), u.schedule().describe());
    assertEquals(Regularizer.l2(0.001), u.regularizer());
    assertEquals(Clipping.byGlobalNorm(5), u.clipping());
    assertEquals("0.001", given(Map.of("weight_decay", "0.001")).provenance().get("weight_decay"));
    assertNull(updates(Map.of("clip", "5")).optimizer());
  }

  @Test
  void decayIsEitherInTheGradientOrApart() {
    TrainerOptions.Updates apart = updates(Map.of("optimizer", "adamw", "weight_decay", "0.05"));
    assertEquals(Regularizer.none(), apart.regularizer());
    assertEquals("adamw decay=0.05", apart.optimizer().get().describe().substring(0, 16));
    assertEquals(Regularizer.l2(5e-4), updates(Map.of("optimizer", "adam")).regularizer());
  }

  @Test
  void refusesUnknownNames() {
    assertThrows(IllegalArgumentException.class, () -> given(Map.of("optimizer", "gradient")));
    assertThrows(IllegalArgumentException.class, () -> given(Map.of("warm_up", "1")));
  }
}
