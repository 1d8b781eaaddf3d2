package dev.fovea.benchmarks.blas;

import dev.fovea.benchmarks.peer.Contender;
import dev.fovea.benchmarks.peer.MatrixPeer;
import java.util.Optional;
import org.bytedeco.dnnl.global.dnnl;

/** oneDNN. */
public final class OneDnn implements MatrixPeer {

  private static final byte AS_IT_IS = 'N';

  @Override
  public String name() {
    return "onednn";
  }

  @Override
  public Optional<String> unavailableBecause() {
    return NativeLibraries.unavailableBecause(dnnl.class);
  }

  @Override
  public Contender open(int m, int n, int k, float[] a, float[] b) {
    return new NativeMatrices(
        (rows, columns, length, x, y, z) -> {
          int status =
              dnnl.dnnl_sgemm(
                  AS_IT_IS, AS_IT_IS, rows, columns, length, 1, x, length, y, columns, 0, z,
                  columns);
          if (status != dnnl.dnnl_success) {
            throw new IllegalStateException("dnnl_sgemm: found status " + status);
          }
        },
        m,
        n,
        k,
        a,
        b);
  }
}
