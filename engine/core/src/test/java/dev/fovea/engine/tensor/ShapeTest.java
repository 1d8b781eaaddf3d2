package dev.fovea.engine.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {

  @Test
  void knowsItsExtents() {
    Shape s = Shape.of(2, 3, 4, 5);
    assertEquals(4, s.rank());
    assertEquals(120, s.size());
    assertEquals(2, s.dim(0));
    assertEquals(5, s.dim(-1));
    assertEquals(3, s.dim(-3));
    assertEquals(12, s.size(1, 3));
    assertEquals(1, s.size(2, 2));
    assertArrayEquals(new int[] {60, 20, 5, 1}, s.strides());
    assertEquals("[2, 3, 4, 5]", s.toString());
  }

  @Test
  void doesNotShareArraysWithItsCaller() {
    int[] dims = {2, 3};
    Shape s = Shape.of(dims);
    dims[0] = 7;
    s.toArray()[1] = 7;
    assertEquals(Shape.of(2, 3), s);
    assertEquals(Shape.of(2, 9), s.with(-1, 9));
    assertEquals(Shape.of(2, 3), s);
  }

  @Test
  void equalsByExtents() {
    assertEquals(Shape.of(2, 3), Shape.of(2, 3));
    assertEquals(Shape.of(2, 3).hashCode(), Shape.of(2, 3).hashCode());
    assertNotEquals(Shape.of(2, 3), Shape.of(3, 2));
    assertNotEquals(Shape.of(6), Shape.of(2, 3));
    assertNotEquals(Shape.of(1), Shape.SCALAR);
  }

  @Test
  void scalarHasOneElementAndAnEmptyExtentNone() {
    assertEquals(1, Shape.SCALAR.size());
    assertEquals("[]", Shape.SCALAR.toString());
    assertEquals(Shape.SCALAR, Shape.of());
    assertEquals(0, Shape.of(3, 0, 5).size());
    assertArrayEquals(new int[] {0, 5, 1}, Shape.of(3, 0, 5).strides());
  }

  @ParameterizedTest
  @CsvSource({
    "65536,65536,1",
    "2147483647,2147483647,2147483647",
    "46341,46341,1",
    "2147483647,1,1"
  })
  void refusesMoreElementsThanAnArrayHolds(int a, int b, int c) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> Shape.of(a, b, c));
    assertTrue(e.getMessage().contains("[" + a + ", " + b + ", " + c + "]"), e.getMessage());
  }

  @Test
  void partialSizesDoNotOverflowEither() {
    Shape empty = Shape.of(0, 65536, 65536);
    assertEquals(0, empty.size());
    assertThrows(ArithmeticException.class, () -> empty.size(1, 3));
  }

  @Test
  void goesUnderABatch() {
    assertEquals(Shape.of(4, 2, 3), Shape.of(2, 3).under(4));
    assertEquals(Shape.of(4), Shape.SCALAR.under(4));
  }

  @Test
  void refusesNegativeExtents() {
    Exception e = assertThrows(IllegalArgumentException.class, () -> Shape.of(2, -1));
    assertTrue(e.getMessage().contains("[2, -1]"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Shape.of(2, 3).with(0, -5));
  }

  @Test
  void broadcastsAsNumpyDoes() {
    assertEquals(Shape.of(2, 3, 5, 7), Shape.broadcast(Shape.of(2, 3, 5, 7), Shape.of(3, 1, 1)));
    assertEquals(Shape.of(4, 3, 2), Shape.broadcast(Shape.of(4, 1, 2), Shape.of(3, 1)));
    assertEquals(Shape.of(3), Shape.broadcast(Shape.SCALAR, Shape.of(3)));
    assertEquals(Shape.SCALAR, Shape.broadcast(Shape.SCALAR, Shape.SCALAR));
    // An extent of 1 becomes 0, not the other way round.
    assertEquals(Shape.of(0, 3), Shape.broadcast(Shape.of(0, 3), Shape.of(1, 3)));
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> Shape.broadcast(Shape.of(2, 3), Shape.of(2, 4)));
    assertTrue(
        e.getMessage().contains("[2, 3]") && e.getMessage().contains("[2, 4]"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Shape.broadcast(Shape.of(0), Shape.of(2)));
  }
}
