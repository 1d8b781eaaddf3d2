package dev.fovea.benchmarks.blas;

import dev.fovea.benchmarks.peer.Contender;
import org.bytedeco.javacpp.FloatPointer;

/** A product of matrices in native memory. */
final class NativeMatrices implements Contender {

  /** A library's product {@code C = A B} of matrices that lie row by row. */
  interface Product {
    void run(int m, int n, int k, FloatPointer a, FloatPointer b, FloatPointer c);
  }

  private final Product product;
  private final int m;
  private final int n;
  private final int k;
  private final FloatPointer a;
  private final FloatPointer b;
  private final FloatPointer c;

  NativeMatrices(Product product, int m, int n, int k, float[] a, float[] b) {
    this.product = product;
    this.m = m;
    this.n = n;
    this.k = k;
    this.a = new FloatPointer(a);
    this.b = new FloatPointer(b);
    this.c = new FloatPointer((long) m * n);
  }

  @Override
  public void run() {
    product.run(m, n, k, a, b, c);
  }

  @Override
  public float[] result() {
    float[] copy = new float[m * n];
    c.get(copy);
    return copy;
  }

  @Override
  public void close() {
    a.close();
    b.close();
    c.close();
  }
}
