package dev.fovea.engine.tensor;

import java.util.EnumSet;
import java.util.Set;

/**
 * What the elements of a value of a graph mean. Tensors hold all of them as float32: integers of
 * both widths are exact up to {@link #MAX_INTEGER}, beyond which they are refused; true is 1 and
 * false is 0.
 */
public enum ElementType {
  /** Real numbers; the only ones that have gradients. */
  FLOAT,
  /** Integers, written to files with 32 bits. */
  INT32,
  /** Integers, written to files with 64 bits: indices and extents. */
  INT64,
  /** 0 or 1: masks. */
  BOOL;

  /** Largest magnitude up to which float32 holds every integer: 2^24. */
  public static final int MAX_INTEGER = 1 << 24;

  /** Both integer types. */
  public static final Set<ElementType> INTEGERS = Set.copyOf(EnumSet.of(INT32, INT64));

  /** Everything that is ordered and can be calculated with. */
  public static final Set<ElementType> NUMBERS = Set.copyOf(EnumSet.of(FLOAT, INT32, INT64));

  /** All types. */
  public static final Set<ElementType> ANY = Set.copyOf(EnumSet.allOf(ElementType.class));

  /** Whether a value of this type is one. */
  public boolean holds(float value) {
    return switch (this) {
      case FLOAT -> true;
      case INT32, INT64 -> Math.abs(value) <= MAX_INTEGER && value == (int) value;
      case BOOL -> value == 0 || value == 1;
    };
  }

  /**
   * Refuses elements that are none of this type; looks at nothing for {@link #FLOAT}.
   *
   * @param what names the tensor, for the message
   * @param t a host tensor
   * @throws IllegalArgumentException for the first such element
   */
  public void check(String what, Tensor t) {
    for (int i = 0; this != FLOAT && i < t.size(); i++) {
      if (!holds(t.get(i))) {
        throw new IllegalArgumentException(
            what
                + ": expected "
                + (this == BOOL ? "0 or 1" : "integers of at most 2^24 in magnitude")
                + " ("
                + this
                + "), found "
                + t.get(i)
                + " at index "
                + i);
      }
    }
  }
}
