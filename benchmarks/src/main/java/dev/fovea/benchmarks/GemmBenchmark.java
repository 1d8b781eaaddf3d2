package dev.fovea.benchmarks;

import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The product of two square matrices on one thread: {@code gflop} is the rate, in 10^9 floating
 * point operations a second, {@code 2 n^3} to a product.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class GemmBenchmark {

  /** Rows and columns. */
  @Param({"256", "512", "1024"})
  public int n;

  /** Backend, by name. */
  @Param({"simd", "scalar"})
  public String backend;

  private Kernels kernels;
  private Tensor a;
  private Tensor b;
  private Tensor c;

  /** Floating point operations done. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Work {
    /** In billions. */
    public double gflop;
  }

  /** Random matrices, always the same. */
  @Setup
  public void setUp() {
    kernels = Backends.named(backend).kernels(1);
    Random random = new Random(1);
    a = random(random);
    b = random(random);
    c = Tensor.zeros(n, n);
  }

  private Tensor random(Random random) {
    float[] values = new float[n * n];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return Tensor.of(Shape.of(n, n), values);
  }

  /** {@code C = A B}. */
  @Benchmark
  public Tensor product(Work work) {
    kernels.gemm(false, false, 1, a, b, 0, c);
    work.gflop += 2e-9 * n * n * n;
    return c;
  }
}
