package dev.fovea.imagej;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackendNoticeTest {
  @Test
  void namesTheBackendAndHowToGetAFasterOne() {
    Backend scalar = Backends.named("scalar");
    String text = BackendNotice.text(scalar);
    assertTrue(text.startsWith("Fovea computes with " + scalar.description() + " (scalar)."), text);
    Optional<String> missing =
        Backends.all().stream()
            .filter(backend -> backend.name().equals("simd"))
            .findFirst()
            .orElseThrow()
            .unavailableBecause();
    boolean advised = missing.isPresent() && System.getProperty("fovea.backend") == null;
    assertEquals(advised, text.contains("For several times the speed, "), text);
    assertEquals(advised ? 4 : 1, text.lines().count(), text);
  }
}
