package dev.fovea.engine.kernel;

/** {@code a * b + c}, fused only where the processor can. */
public final class Fma {

  // Without the instruction Math.fma computes with BigDecimal, thousands of times slower.
  private static final boolean FUSED = probe();

  private Fma() {}

  /** Whether the processor can. */
  public static boolean fused() {
    return FUSED;
  }

  static float fma(float a, float b, float c) {
    return FUSED ? Math.fma(a, b, c) : a * b + c;
  }

  private static boolean probe() {
    final int calls = 500;
    long best = Long.MAX_VALUE;
    float x = 0.5f;
    // Many attempts, of which one has to be fast: a busy machine must not change the numbers.
    for (int attempt = 0; attempt < 20 && best >= 300L * calls; attempt++) {
      long start = System.nanoTime();
      for (int i = 0; i < calls; i++) {
        x = Math.fma(x, 0.99f, 0.001f);
      }
      best = Math.min(best, System.nanoTime() - start);
    }
    // Interpreted, the instruction takes some 30 ns; BigDecimal takes over 1000 ns. The use of x
    // keeps the loop alive.
    return x > 0 && best < 300L * calls;
  }
}
