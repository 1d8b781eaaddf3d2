package dev.fovea.engine.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class AttributesTest {

  @Test
  void givesBackWhatWasPut() {
    Attributes a =
        Attributes.none()
            .with("axis", 2)
            .with("alpha", 0.5f)
            .with("mode", "linear")
            .withInts("pads", 1, 2, 3, 4)
            .withConstant(1, List.of(5L, -1L));
    assertEquals(2, a.intValue("axis", 0));
    assertEquals(0.5f, a.floatValue("alpha", 1));
    assertEquals("linear", a.text("mode", ""));
    assertArrayEquals(new int[] {1, 2, 3, 4}, a.ints("pads", 0, 0, 0, 0));
    assertArrayEquals(new int[] {1, 2, 3, 4}, a.requiredInts("pads"));
    assertEquals(List.of(5L, -1L), a.constant(1));
    assertNull(a.constant(2));
  }

  @Test
  void fallsBackWhereNothingWasPut() {
    Attributes a = Attributes.none();
    assertEquals(3, a.intValue("axis", 3));
    assertEquals(0.1f, a.floatValue("alpha", 0.1f));
    assertEquals("nearest", a.text("mode", "nearest"));
    assertArrayEquals(new int[] {1, 1}, a.ints("strides", 1, 1));
  }

  @Test
  void isImmutableAndSorted() {
    Attributes a = Attributes.none().with("b", 1);
    Attributes more = a.with("a", 2).without("b");
    assertEquals(List.of("b"), List.copyOf(a.values().keySet()));
    assertEquals(List.of("a"), List.copyOf(more.values().keySet()));
    assertEquals("{a=2, b=1}", a.with("a", 2).toString());
    assertThrows(UnsupportedOperationException.class, () -> a.values().put("c", 1L));
    assertThrows(UnsupportedOperationException.class, () -> a.constants().put(1, List.of()));
  }

  @Test
  void namesTheAttributeThatIsWrong() {
    Attributes a =
        Attributes.none()
            .with("axis", "two")
            .with("group", 1L << 40)
            .withInts("pads", 1, 2)
            .with("alpha", 1);
    refused("axis", "an integer", () -> a.intValue("axis", 0));
    refused("alpha", "a float", () -> a.floatValue("alpha", 0));
    refused("pads", "expected 4 integers, found 2", () -> a.ints("pads", 0, 0, 0, 0));
    refused("axis", "a list", () -> a.requiredInts("axis"));
    refused("kernel_shape", "missing", () -> a.requiredInts("kernel_shape"));
    refused("group", "1099511627776", () -> a.intValue("group", 1));
  }

  @Test
  void namesTheListThatIsOutOfRangeOrOfOtherNumbers() {
    Attributes a =
        Attributes.none()
            .withValue("strides", List.of(1L, 1L << 33))
            .withValue("pads", List.of(1f, 2f));
    refused("strides", "8589934592", () -> a.ints("strides", 1, 1));
    refused("pads", "1.0", () -> a.requiredInts("pads"));
  }

  @Test
  void namesTheConstantThatIsNoSingleInteger() {
    Attributes a =
        Attributes.none().withConstant(1, List.of()).withConstant(2, List.of(Long.MAX_VALUE));
    refused("k", "found []", () -> Trilu.SPEC.reader().apply(a));
    assertEquals(Integer.MAX_VALUE, a.saturatedInt(2, "boxes"));
    Attributes many = a.withConstant(2, List.of(1L, 2L));
    refused(
        "max_output_boxes_per_class", "[1, 2]", () -> NonMaxSuppression.SPEC.reader().apply(many));
  }

  private static void refused(String name, String part, Executable read) {
    String m = assertThrows(IllegalArgumentException.class, read).getMessage();
    assertTrue(m.contains("'" + name + "'") && m.contains(part), m);
  }
}
