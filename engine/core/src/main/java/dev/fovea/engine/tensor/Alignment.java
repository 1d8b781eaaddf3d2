package dev.fovea.engine.tensor;

/**
 * Where in an array vectors had best begin. A vector of 64 bytes that lies across two lines of the
 * cache takes twice the time to load or store, and Java gives no word on where an array lies. But
 * HotSpot's default collector puts a large array at the start of a region, behind a header of 16
 * bytes: there, and behind every multiple of a line from there, a line begins.
 *
 * <p>Smaller arrays and other collectors lose nothing but speed.
 */
public final class Alignment {

  /** Elements of a line. */
  public static final int LINE = 16;

  /** The first element of a large array that begins a line. */
  public static final int START = 12;

  /** Elements from which on an array counts as large in heaps of up to 8 GB. */
  public static final int LARGE = 1 << 19;

  private Alignment() {}

  /** At least {@code length}, so that what lies behind begins a line too. */
  public static int padded(int length) {
    return Math.addExact(length, LINE - 1) / LINE * LINE;
  }
}
