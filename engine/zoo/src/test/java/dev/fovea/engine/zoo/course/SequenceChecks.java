package dev.fovea.engine.zoo.course;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.op.Direction;
import dev.fovea.engine.op.LSTM;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.RNN;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.caption.CaptionLoss;
import dev.fovea.engine.zoo.caption.CaptioningModel;
import dev.fovea.engine.zoo.caption.CaptioningModel.Cell;
import java.util.Map;

/**
 * Recurrent layers and the captioning model. The course multiplies rows by weights {@code [in,
 * gates hidden]} and keeps sequences as {@code [N, T, D]}; ours are those of ONNX, {@code [1, gates
 * hidden, in]} and {@code [T, N, D]}, with two biases, of which one stays zero. The course's gates
 * of an LSTM are input, forget, output, candidate; ONNX's are input, output, forget, candidate.
 */
final class SequenceChecks {

  /** For each of our gates, which one of the course it is. */
  private static final int[] RNN_GATES = {0};

  private static final int[] LSTM_GATES = {0, 2, 1, 3};

  private SequenceChecks() {}

  static Map<String, CourseCheck> all() {
    return Map.of(
        "rnn_step_forward", (e, b, found) -> step(e, b, found, Cell.RNN),
        "rnn_forward", (e, b, found) -> sequence(e, b, found, Cell.RNN),
        "lstm_step_forward", (e, b, found) -> step(e, b, found, Cell.LSTM),
        "lstm_forward", (e, b, found) -> sequence(e, b, found, Cell.LSTM),
        "CaptioningRNN_loss_rnn", (e, b, found) -> captions(e, b, found, Cell.RNN),
        "CaptioningRNN_loss_lstm", (e, b, found) -> captions(e, b, found, Cell.LSTM));
  }

  private static void step(CourseEntry e, Backend backend, Found found, Cell cell) {
    Tensor x = e.in("x");
    int n = x.shape().dim(0);
    Tensor h = e.in("prev_h");
    Tensor c = cell == Cell.LSTM ? e.in("prev_c") : null;
    OneOp run = run(e, backend, cell, x.reshape(1, n, x.shape().dim(1)), h, c);
    found.single("next_h", run.output(1));
    if (cell == Cell.LSTM) {
      found.single("next_c", run.output(2));
    }
  }

  private static void sequence(CourseEntry e, Backend backend, Found found, Cell cell) {
    Tensor h0 = e.in("h0");
    OneOp run = run(e, backend, cell, swapped(e.in("x")), h0, Tensor.zeros(h0.shape()));
    Shape y = run.output(0).shape();
    found.single("h", swapped(run.output(0).reshape(y.dim(0), y.dim(2), y.dim(3))));
  }

  private static OneOp run(
      CourseEntry e, Backend backend, Cell cell, Tensor x, Tensor h, Tensor c) {
    int n = h.shape().dim(0);
    int hidden = h.shape().dim(1);
    int[] gates = cell == Cell.RNN ? RNN_GATES : LSTM_GATES;
    Tensor w = weights(e.in("Wx"), gates);
    Tensor r = weights(e.in("Wh"), gates);
    Tensor b = biases(e.in("b"), gates);
    Tensor first = h.reshape(1, n, hidden);
    if (cell == Cell.RNN) {
      Op op = new RNN(hidden, Direction.FORWARD, true, true);
      return OneOp.inference(backend, op, x, w, r, b, first);
    }
    Op op = new LSTM(hidden, Direction.FORWARD, true, true);
    return OneOp.inference(backend, op, x, w, r, b, first, c.reshape(1, n, hidden));
  }

  /** {@code [A, B, C]} to {@code [B, A, C]}. */
  private static Tensor swapped(Tensor t) {
    int a = t.shape().dim(0);
    int b = t.shape().dim(1);
    int c = t.shape().dim(2);
    Tensor s = Tensor.zeros(b, a, c);
    for (int i = 0; i < t.size(); i++) {
      s.array()[(i / c % b * a + i / c / b) * c + i % c] = t.get(i);
    }
    return s;
  }

  /** {@code [in, gates hidden]} to {@code [1, gates hidden, in]}, the gates in our order. */
  private static Tensor weights(Tensor t, int... gates) {
    int in = t.shape().dim(0);
    int rows = t.shape().dim(1);
    int hidden = rows / gates.length;
    Tensor w = Tensor.zeros(1, rows, in);
    for (int row = 0; row < rows; row++) {
      int column = gates[row / hidden] * hidden + row % hidden;
      for (int i = 0; i < in; i++) {
        w.array()[row * in + i] = t.get(i * rows + column);
      }
    }
    return w;
  }

  private static Tensor biases(Tensor t, int... gates) {
    Tensor both = Tensor.zeros(1, 2 * t.size());
    Tensor own = weights(t.reshape(1, t.size()), gates);
    System.arraycopy(own.array(), 0, both.array(), 0, t.size());
    return both;
  }

  /** Every parameter is evenly spaced from -1.4 to 1.3. */
  private static void captions(CourseEntry e, Backend backend, Found found, Cell cell) {
    int[] gates = cell == Cell.RNN ? RNN_GATES : LSTM_GATES;
    int rows = gates.length * 40;
    Graph graph = new CaptioningModel(cell, 20, 30, 40, 3).build(1);
    set(graph, "embedding.weight", spaced(3, 30));
    set(graph, "project.weight", transposed(spaced(20, 40)));
    set(graph, "project.bias", spaced(40));
    set(graph, "cell.input", weights(spaced(30, rows), gates));
    set(graph, "cell.recurrent", weights(spaced(40, rows), gates));
    set(graph, "cell.bias", biases(spaced(rows), gates));
    set(graph, "scores.weight", spaced(40, 3));
    set(graph, "scores.bias", spaced(3));
    Tensor features = e.in("features");
    Tensor captions = e.in("captions");
    Tensor words = columns(captions, 0);
    Session s =
        new Session(graph, SessionOptions.inference().on(backend), features.shape(), words.shape());
    Tensor scores = s.forward(features, words);
    found.single("scores_first_row", scores.slice(0, 1));
    found.single("loss", new CaptionLoss(0).evaluate(scores, columns(captions, 1), null, null));
  }

  private static void set(Graph graph, String name, Tensor values) {
    graph.value(name).tensor().copyFrom(values);
  }

  private static Tensor spaced(int... dims) {
    Tensor t = Tensor.zeros(dims);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = (float) (-1.4 + i * 2.7 / (t.size() - 1));
    }
    return t;
  }

  private static Tensor transposed(Tensor t) {
    return weights(t, RNN_GATES);
  }

  /** All columns but one, from the given one on. */
  private static Tensor columns(Tensor t, int first) {
    int rows = t.shape().dim(0);
    int columns = t.shape().dim(1);
    Tensor part = Tensor.zeros(rows, columns - 1);
    for (int i = 0; i < part.size(); i++) {
      part.array()[i] = t.get(i / (columns - 1) * columns + i % (columns - 1) + first);
    }
    return part;
  }
}
