package dev.fovea.engine.graph;

import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Sessions of one graph for many threads and input shapes. Thread-safe; needs no closing: idle
 * sessions are kept up to a bound, the longest unused shape goes first.
 */
public final class SessionPool implements Inference {

  private static final int MAX_IDLE = 4;

  private final Graph graph;
  private final SessionOptions options;
  private final BiFunction<Graph, List<Shape>, Graph> planner;
  private final Map<List<Shape>, Deque<Session>> idle = new LinkedHashMap<>(16, 0.75f, true);
  private int idleCount;

  /** A pool of sessions with the given options. */
  public SessionPool(Graph graph, SessionOptions options) {
    this(graph, options, (g, shapes) -> g);
  }

  /**
   * A pool of sessions that run forms of a graph made for the shapes of their inputs.
   *
   * @param planner makes such a form, with the same inputs and outputs; called by several threads
   */
  public SessionPool(
      Graph graph, SessionOptions options, BiFunction<Graph, List<Shape>, Graph> planner) {
    this.graph = graph;
    this.options = options;
    this.planner = planner;
  }

  /** The graph. */
  public Graph graph() {
    return graph;
  }

  /** The options of all sessions. */
  public SessionOptions options() {
    return options;
  }

  /**
   * Runs work on a session that nobody else uses meanwhile.
   *
   * @param shapes shapes of the inputs
   * @param work must copy what it wants to keep: the session's memory is reused
   */
  public <R> R with(List<Shape> shapes, Function<Session, R> work) {
    Session s = take(shapes);
    R result = work.apply(s);
    // Not in a finally block: a session whose run failed half-way is dropped.
    giveBack(shapes, s);
    return result;
  }

  @Override
  public List<Tensor> forward(Tensor... inputs) {
    return with(
        Arrays.stream(inputs).map(Tensor::shape).toList(),
        s -> {
          s.forward(inputs);
          List<String> names =
              options.outputs().isEmpty()
                  ? graph.outputs().stream().map(Value::name).toList()
                  : options.outputs();
          return names.stream()
              .map(
                  name -> {
                    Tensor device = s.value(name);
                    Tensor host = Tensor.zeros(device.shape());
                    options.backend().download(device, host);
                    return host;
                  })
              .toList();
        });
  }

  /** Lets go of idle sessions; the pool can still be used. */
  @Override
  public void close() {
    synchronized (idle) {
      idle.clear();
      idleCount = 0;
    }
  }

  private Session take(List<Shape> shapes) {
    synchronized (idle) {
      Deque<Session> q = idle.get(shapes);
      if (q != null && !q.isEmpty()) {
        idleCount--;
        return q.pop();
      }
    }
    return new Session(planner.apply(graph, shapes), options, shapes.toArray(Shape[]::new));
  }

  private void giveBack(List<Shape> shapes, Session s) {
    synchronized (idle) {
      idle.computeIfAbsent(shapes, k -> new ArrayDeque<>()).push(s);
      idleCount++;
      Iterator<Deque<Session>> oldest = idle.values().iterator();
      while (idleCount > MAX_IDLE) {
        Deque<Session> q = oldest.next();
        while (idleCount > MAX_IDLE && !q.isEmpty()) {
          q.pop();
          idleCount--;
        }
        if (q.isEmpty()) {
          oldest.remove();
        }
      }
    }
  }
}
