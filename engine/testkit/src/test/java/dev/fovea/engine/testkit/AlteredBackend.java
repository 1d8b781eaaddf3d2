package dev.fovea.engine.testkit;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.kernel.HostBackend;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.tensor.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;

/** The scalar backend with one kernel that does something else before or after its work. */
final class AlteredBackend extends HostBackend {

  /** What happens besides. */
  interface Alteration {
    void apply(int threads, Object[] arguments);
  }

  private final Backend scalar = Backends.named("scalar");
  private final String kernel;
  private final Alteration before;
  private final Alteration after;

  AlteredBackend(String kernel, Alteration before, Alteration after) {
    this.kernel = kernel;
    this.before = before;
    this.after = after;
  }

  static AlteredBackend before(String kernel, Alteration alteration) {
    return new AlteredBackend(kernel, alteration, (threads, arguments) -> {});
  }

  static AlteredBackend after(String kernel, Alteration alteration) {
    return new AlteredBackend(kernel, (threads, arguments) -> {}, alteration);
  }

  /** The last tensor among the arguments, which is what a kernel writes. */
  static Tensor target(Object[] arguments) {
    Tensor target = null;
    for (Object a : arguments) {
      target = a instanceof Tensor t ? t : target;
    }
    return target;
  }

  @Override
  public Kernels kernels(int threads) {
    Kernels kernels = scalar.kernels(threads);
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (proxy, method, arguments) -> {
              boolean altered = method.getName().equals(kernel);
              if (altered) {
                before.apply(threads, arguments);
              }
              try {
                method.invoke(kernels, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (altered) {
                after.apply(threads, arguments);
              }
              return null;
            });
  }

  @Override
  public String name() {
    return "altered " + kernel;
  }

  @Override
  public String description() {
    return name();
  }

  @Override
  public int priority() {
    return Integer.MIN_VALUE;
  }

  @Override
  public Optional<String> unavailableBecause() {
    return Optional.empty();
  }
}
