package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/** What backends on host memory have in common. */
public abstract class HostBackend implements Backend {

  @Override
  public final Tensor allocate(Shape shape) {
    return Tensor.zeros(shape);
  }

  @Override
  public final void upload(Tensor host, Tensor device) {
    device.copyFrom(host);
  }

  @Override
  public final void download(Tensor device, Tensor host) {
    host.copyFrom(device);
  }
}
