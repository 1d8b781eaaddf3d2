package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Alignment;

/**
 * Working memory of one thread, kept between calls so that steady work makes no garbage. Each use
 * has a slot of its own; an array handed out is valid until the same thread asks for the same slot
 * again, and holds whatever was left in it.
 */
public final class Scratch {

  /** What a piece of memory is for. */
  public enum Slot {
    /** A left operand, turned; read by all threads of a call, so owned by the calling thread. */
    LEFT,
    /** Some rows of a left operand. */
    ROWS,
    /** A block of a left operand, brought together. */
    BLOCK,
    /** Panels of the right operand, or bands of an image. */
    RIGHT,
    /** All panels of a right operand; read by all threads of a call. */
    PANELS,
    /** Products before they are written out. */
    TILE,
    /** Gradients with the row pitch of an image band. */
    GRADIENT,
    /** Sums of products. */
    SUMS,
    /** Elements that do not fill a vector. */
    REST,
    /** Factors of an elementwise function. */
    GATE,
    /** Partial results that are added up at the end, in order. */
    PARTIAL,
    /** The part of a volume under a window's depth. */
    WINDOW,
    /** One plane of a volume of results. */
    PLANE,
    /** A volume resized along its depth. */
    RESIZED_DEPTH,
    /** A volume resized along its depth and rows. */
    RESIZED_ROWS,
    /** Tiles of images, transformed, and of results before they are transformed back. */
    TRANSFORMED,
    /** Images brought to blocks of channels; owned by the calling thread. */
    BLOCKED_IMAGES,
    /** The gradient of a result, brought to blocks of channels; owned by the calling thread. */
    BLOCKED_GRADIENT,
    /** Weights in the order in which they are read; read by all threads of a call. */
    PACKED
  }

  private static final ThreadLocal<Scratch> LOCAL = ThreadLocal.withInitial(Scratch::new);

  private final float[][] slots = new float[Slot.values().length][0];
  private float[][] rows = new float[0][];

  private Scratch() {}

  /** The calling thread's. */
  public static Scratch local() {
    return LOCAL.get();
  }

  /** An array of at least the given length, content undefined. */
  public float[] array(Slot slot, int length) {
    float[] a = slots[slot.ordinal()];
    if (a.length < length) {
      a = new float[length];
      slots[slot.ordinal()] = a;
    }
    return a;
  }

  /**
   * An array with at least the given length from {@link Alignment#START} on, where a line of the
   * cache begins; content undefined.
   */
  public float[] aligned(Slot slot, int length) {
    return array(slot, Math.max(Alignment.LARGE, Math.addExact(Alignment.START, length)));
  }

  /** Separate arrays of one length, the same for all callers; content undefined. */
  float[][] rows(int count, int length) {
    if (rows.length < count) {
      rows = new float[count][length];
    }
    return rows;
  }
}
