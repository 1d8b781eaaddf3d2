package dev.fovea.engine.zoo.caption;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Direction;
import dev.fovea.engine.op.LSTM;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.RNN;
import dev.fovea.engine.op.Reshape;
import dev.fovea.engine.op.Transpose;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Says what is in an image, word by word: features of the image become the first state of a
 * recurrent layer, which reads the words so far and scores what may follow. Inputs {@link
 * #FEATURES} {@code [N, features]} and {@link #WORDS} {@code [N, T]}, the indices of words; output
 * {@link #SCORES} {@code [N, T, vocabulary]}, logits of the word after each of them. Vinyals et
 * al., "Show and tell", CVPR 2015; Karpathy and Fei-Fei, CVPR 2015.
 *
 * @param cell what the recurrent layer is made of
 * @param features numbers that describe an image
 * @param embedding numbers that describe a word
 * @param hidden units of the recurrent layer
 * @param vocabulary number of words
 */
public record CaptioningModel(Cell cell, int features, int embedding, int hidden, int vocabulary) {

  /** Name of the input for features. */
  public static final String FEATURES = "features";

  /** Name of the input for words. */
  public static final String WORDS = "words";

  /** Name of the output. */
  public static final String SCORES = "scores";

  /** Recurrent cells. */
  public enum Cell {
    /** {@code h = tanh(W x + R h + b)}. */
    RNN(1),
    /** Long short-term memory; its memory cell starts at zero. */
    LSTM(4);

    private final int gates;

    Cell(int gates) {
      this.gates = gates;
    }
  }

  /** Checks the numbers. */
  public CaptioningModel {
    if (features < 1 || embedding < 1 || hidden < 1 || vocabulary < 2) {
      throw new IllegalArgumentException(
          "CaptioningModel: expected features, embedding and hidden of at least 1 and two words,"
              + " found "
              + List.of(features, embedding, hidden, vocabulary));
    }
  }

  /**
   * Builds the network.
   *
   * @param seed decides the first weights
   */
  public Graph build(long seed) {
    Graph.Builder g = new Graph.Builder("captions-" + cell.name().toLowerCase(Locale.ROOT));
    Layers layers = new Layers(g, seed);
    Value image = g.input(FEATURES, Shape.of(1, features), "batch", "");
    Value words = g.input(WORDS, ElementType.INT64, Shape.of(1, 2), "batch", "time");
    Value first = layers.dense("project", image, hidden, Initializer.xavier());
    // The layouts of recurrent layers: [directions, N, H] for states, [T, N, ...] for sequences.
    first = g.node("first", new Reshape(List.of(1, -1, hidden)), first);
    Value x = layers.embedding("embedding", words, vocabulary, embedding);
    x = g.node("by-time", Transpose.order(1, 0, 2), x);
    Value states = recurrent(g, x, first, seed);
    states = g.node("states", new Reshape(List.of(0, -1, hidden)), states);
    Value byCaption = g.node("by-caption", Transpose.order(1, 0, 2), states);
    return g.build(layers.linear(SCORES, byCaption, vocabulary, Initializer.xavier()));
  }

  private Value recurrent(Graph.Builder g, Value x, Value first, long seed) {
    int rows = cell.gates * hidden;
    Initializer init = Initializer.lecun();
    Value w = parameter(g, "cell.input", init, Shape.of(1, rows, embedding), seed);
    Value r = parameter(g, "cell.recurrent", init, Shape.of(1, rows, hidden), seed);
    Value b = g.parameter("cell.bias", Tensor.zeros(1, 2 * rows));
    if (cell == Cell.RNN) {
      Op op = new RNN(hidden, Direction.FORWARD, true, true);
      return g.node("rnn", op, List.of(x, w, r, b, first), List.of("y", "last")).get(0);
    }
    // The operator wants both states or none; this one is zero, for any number of images.
    Value zero = g.buffer("zero", Tensor.zeros(1));
    Value memory = g.node("memory", new Mul(), first, zero);
    Op op = new LSTM(hidden, Direction.FORWARD, true, true);
    List<Value> in = List.of(x, w, r, b, first, memory);
    return g.node("lstm", op, in, List.of("y", "last", "last-memory")).get(0);
  }

  private static Value parameter(
      Graph.Builder g, String name, Initializer init, Shape shape, long seed) {
    int rank = shape.rank();
    int in = shape.dim(rank - 1);
    int out = shape.dim(rank - 2);
    return g.parameter(name, init.create(name, shape, in, out, seed));
  }

  /**
   * Captions images: begins with a start word and goes on with the best next word, which need not
   * lead to the best caption. A word scores only after those before it are known, so the network
   * runs once for each.
   *
   * @param graph as {@link #build built}
   * @param options inference
   * @param images {@code [N, features]}
   * @param start word that begins each caption, not part of the result
   * @param end word that ends one, not part of the result
   * @param length most words of a caption
   * @return the words of each caption
   */
  public static List<List<Integer>> greedy(
      Graph graph, SessionOptions options, Tensor images, int start, int end, int length) {
    int n = images.shape().dim(0);
    Tensor words = Tensor.zeros(n, length).fill(start);
    Session session = new Session(graph, options, images.shape(), words.shape());
    List<List<Integer>> captions =
        Stream.generate(() -> (List<Integer>) new ArrayList<Integer>()).limit(n).toList();
    boolean[] ended = new boolean[n];
    for (int t = 0; t < length; t++) {
      // What follows the words so far is not read: a step sees only those before it.
      Tensor scores = session.forward(images, words);
      for (int i = 0; i < n; i++) {
        int word = best(scores, i * length + t);
        ended[i] |= word == end;
        if (!ended[i]) {
          captions.get(i).add(word);
        }
        if (t + 1 < length) {
          words.array()[i * length + t + 1] = word;
        }
      }
    }
    return captions;
  }

  /** The word of the highest score at a place. */
  private static int best(Tensor scores, int place) {
    int count = scores.shape().dim(2);
    int best = 0;
    for (int w = 1; w < count; w++) {
      if (scores.get(place * count + w) > scores.get(place * count + best)) {
        best = w;
      }
    }
    return best;
  }
}
