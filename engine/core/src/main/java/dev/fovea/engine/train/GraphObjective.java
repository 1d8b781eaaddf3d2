package dev.fovea.engine.train;

import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.tensor.Tensor;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The loss of a session as a function of all parameters it computes gradients of, one after the
 * other in one array: for {@link Lbfgs}, which wants all data in one batch. Host backends only; not
 * thread-safe.
 */
public final class GraphObjective implements Lbfgs.Objective {

  private final Session session;
  private final Regularizer regularizer;
  private final ToDoubleFunction<Session> loss;

  /**
   * A loss.
   *
   * @param session with gradients of parameters; in inference mode, or with nothing random in it
   * @param regularizer added to the loss
   * @param loss runs the session forward on the data, fills its cotangents, returns the value
   */
  public GraphObjective(Session session, Regularizer regularizer, ToDoubleFunction<Session> loss) {
    this.session = session;
    this.regularizer = regularizer;
    this.loss = loss;
  }

  /** The parameters as they are in the graph. */
  public double[] parameters() {
    double[] x =
        new double
            [session.parameterGradients().keySet().stream().mapToInt(v -> v.tensor().size()).sum()];
    int at = 0;
    for (Value v : session.parameterGradients().keySet()) {
      at = copy(v.tensor(), x, at);
    }
    return x;
  }

  /** Leaves {@code x} in the graph. */
  @Override
  public double evaluate(double[] x, double[] gradient) {
    int at = 0;
    for (Value v : session.parameterGradients().keySet()) {
      Tensor t = v.tensor();
      for (int i = 0; i < t.size(); i++) {
        t.array()[t.offset() + i] = (float) x[at++];
      }
    }
    session.zeroGradients();
    double value = loss.applyAsDouble(session);
    session.backward();
    at = 0;
    for (Map.Entry<Value, Tensor> e : session.parameterGradients().entrySet()) {
      Tensor parameter = e.getKey().tensor();
      regularizer.addTo(parameter, e.getValue());
      value += regularizer.penalty(parameter);
      at = copy(e.getValue(), gradient, at);
    }
    return value;
  }

  private static int copy(Tensor from, double[] to, int at) {
    for (int i = 0; i < from.size(); i++) {
      to[at + i] = from.get(i);
    }
    return at + from.size();
  }
}
