package dev.fovea.engine.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TensorTest {

  private static Tensor counting(int... dims) {
    Tensor t = Tensor.zeros(dims);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = i;
    }
    return t;
  }

  @Test
  void wrapsAnArrayWithoutCopying() {
    float[] a = {1, 2, 3, 4, 5, 6};
    Tensor t = Tensor.of(Shape.of(2, 3), a);
    a[4] = 50;
    assertSame(a, t.array());
    assertEquals(50, t.get(4));
  }

  @Test
  void viewsShareMemory() {
    Tensor t = counting(4, 2, 3);
    Tensor rows = t.slice(1, 3);
    assertEquals(Shape.of(2, 2, 3), rows.shape());
    assertEquals(6, rows.offset());
    assertSame(t.array(), rows.array());
    Tensor flat = rows.reshape(4, 3).slice(1, 2);
    assertArrayEquals(new float[] {9, 10, 11}, flat.toArray());
    flat.fill(-1);
    assertEquals(-1, t.get(10));
    assertEquals(8, t.get(8));
    assertEquals(12, t.get(12));
  }

  @Test
  void copiesAreTheirOwn() {
    Tensor t = counting(4, 3).slice(2, 4);
    Tensor c = t.copy();
    assertEquals(0, c.offset());
    assertNotSame(t.array(), c.array());
    assertArrayEquals(new float[] {6, 7, 8, 9, 10, 11}, c.toArray());
    c.fill(0);
    assertEquals(6, t.get(0));
    t.copyFrom(counting(3, 2));
    assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, t.toArray());
  }

  @Test
  void scalarsAndEmptyTensorsAreTensors() {
    assertEquals(7, Tensor.of(Shape.SCALAR, 7).get(0));
    Tensor empty = Tensor.zeros(2, 0, 3);
    assertEquals(0, empty.copy().fill(3).toArray().length);
    assertEquals(Shape.of(0, 0, 3), empty.slice(1, 1).shape());
    assertEquals(Shape.of(0), empty.reshape(0).shape());
  }

  @Test
  void refusesWhatDoesNotFit() {
    Tensor t = counting(2, 3);
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> Tensor.of(Shape.of(2, 3), 1, 2));
    assertTrue(e.getMessage().contains("[2, 3] needs 6 values, found 2"), e.getMessage());
    e = assertThrows(IllegalArgumentException.class, () -> t.reshape(4));
    assertTrue(e.getMessage().contains("[2, 3]") && e.getMessage().contains("[4]"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> t.slice(0, 3));
    assertThrows(IllegalArgumentException.class, () -> t.slice(-1, 1));
    assertThrows(IllegalArgumentException.class, () -> t.slice(1, 0));
    assertThrows(IllegalArgumentException.class, () -> Tensor.of(Shape.SCALAR, 1).slice(0, 0));
    assertThrows(IllegalArgumentException.class, () -> t.copyFrom(counting(5)));
    assertThrows(IndexOutOfBoundsException.class, () -> t.get(6));
    // Inside the array, but outside the view.
    assertThrows(IndexOutOfBoundsException.class, () -> t.slice(0, 1).get(3));
    assertThrows(IndexOutOfBoundsException.class, () -> t.slice(1, 2).get(-1));
  }

  @Test
  void staysInsideItsStorage() {
    Storage six = new Storage.Host(new float[6]);
    assertEquals(2, Tensor.over(six, 4, Shape.of(2)).size());
    assertThrows(IllegalArgumentException.class, () -> Tensor.over(six, 5, Shape.of(2)));
    assertThrows(IllegalArgumentException.class, () -> Tensor.over(six, -1, Shape.of(2)));
    // offset + size overflows an int.
    assertThrows(
        IllegalArgumentException.class,
        () -> Tensor.over(six, Integer.MAX_VALUE, Shape.of(1 << 30)));
  }

  @Test
  void memoryOfADeviceIsNotAnArray() {
    Tensor t = Tensor.over(() -> 6, 0, Shape.of(6));
    assertThrows(IllegalStateException.class, t::array);
    assertThrows(IllegalStateException.class, () -> t.get(0));
  }
}
