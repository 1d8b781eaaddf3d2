package dev.fovea.engine.testkit;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * A tensor at some offset of a larger storage. The elements around it are NaN: who reads them
 * spoils the result, who writes them is found out.
 */
final class GuardedTensor {

  // A NaN with a payload of its own: a NaN that a kernel computes has other bits.
  private static final int GUARD = 0x7FC5A5A5;
  private static final int TRAIL = 19;

  private final Backend backend;
  private final Tensor whole;
  private final Tensor tensor;

  /** With every element NaN, as an output may find it. */
  GuardedTensor(Backend backend, Shape shape, int offset) {
    this.backend = backend;
    this.whole = backend.allocate(Shape.of(offset + shape.size() + TRAIL));
    this.tensor = Tensor.over(whole.storage(), whole.offset() + offset, shape);
    set(Tensor.zeros(shape).fill(Float.intBitsToFloat(GUARD)));
  }

  /** With the elements of a host tensor. */
  GuardedTensor(Backend backend, Tensor host, int offset) {
    this(backend, host.shape(), offset);
    set(host);
  }

  /** The tensor in the backend's memory. */
  Tensor tensor() {
    return tensor;
  }

  /** Overwrites the elements, and renews the guards. */
  void set(Tensor host) {
    Tensor all = Tensor.zeros(whole.shape()).fill(Float.intBitsToFloat(GUARD));
    System.arraycopy(
        host.array(), host.offset(), all.array(), tensor.offset() - whole.offset(), host.size());
    backend.upload(all, whole);
  }

  /** A copy of the elements on the host. */
  Tensor get() {
    int from = tensor.offset() - whole.offset();
    return download().slice(from, from + tensor.size()).reshape(tensor.shape());
  }

  /** Whether nobody wrote outside the tensor. */
  boolean intact() {
    Tensor all = download();
    int from = tensor.offset() - whole.offset();
    for (int i = 0; i < all.size(); i++) {
      boolean inside = i >= from && i < from + tensor.size();
      if (!inside && Float.floatToRawIntBits(all.get(i)) != GUARD) {
        return false;
      }
    }
    return true;
  }

  private Tensor download() {
    Tensor all = Tensor.zeros(whole.shape());
    backend.download(whole, all);
    return all;
  }
}
