package dev.fovea.benchmarks.blas;

import dev.fovea.benchmarks.peer.Contender;
import dev.fovea.benchmarks.peer.MatrixPeer;
import java.util.Optional;
import org.bytedeco.openblas.global.openblas_nolapack;

/** OpenBLAS. */
public final class OpenBlas implements MatrixPeer {

  @Override
  public String name() {
    return "openblas";
  }

  @Override
  public Optional<String> unavailableBecause() {
    return NativeLibraries.unavailableBecause(openblas_nolapack.class);
  }

  @Override
  public Contender open(int m, int n, int k, float[] a, float[] b) {
    return new NativeMatrices(
        (rows, columns, length, x, y, z) ->
            openblas_nolapack.cblas_sgemm(
                openblas_nolapack.CblasRowMajor,
                openblas_nolapack.CblasNoTrans,
                openblas_nolapack.CblasNoTrans,
                rows,
                columns,
                length,
                1,
                x,
                length,
                y,
                columns,
                0,
                z,
                columns),
        m,
        n,
        k,
        a,
        b);
  }
}
