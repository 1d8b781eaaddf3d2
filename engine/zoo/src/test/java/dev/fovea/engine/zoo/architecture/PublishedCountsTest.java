package dev.fovea.engine.zoo.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parameters of every architecture beside what others have published. */
class PublishedCountsTest {

  @ParameterizedTest
  @EnumSource(Published.class)
  void parameters(Published p) {
    Architecture a = Architectures.named(p.architecture);
    int size = a.inputSize();
    assertEquals(p.size, size);
    assertEquals(p.exactly, a.outline(p.channels, size, size, p.classes).parameterCount());
    if (p.inPaper > 0) {
      assertTrue(
          Math.abs(p.exactly - p.inPaper) <= p.rounding,
          p.exactly + " is not " + p.inPaper + " as printed");
    }
  }

  @Test
  void nothingIsLeftOut() {
    Set<String> published =
        Arrays.stream(Published.values())
            .map(p -> p.architecture)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> registered =
        Architectures.all().stream()
            .map(Architecture::name)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(registered, published);
  }
}
