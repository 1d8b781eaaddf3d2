package dev.fovea.engine.zoo.course;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.nn.Attention;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.nn.Transformer;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Map;

/** Embeddings, positions and attention, with the course's own dropout masks. */
final class AttentionChecks {

  private static final float KEEP = 0.9f;

  private AttentionChecks() {}

  static Map<String, CourseCheck> all() {
    return Map.of(
        "word_embedding_forward", AttentionChecks::words,
        "positional_encoding", AttentionChecks::positions,
        "vit_patch_embedding", AttentionChecks::patches,
        "multi_head_attention_self", AttentionChecks::multiHead,
        "multi_head_attention_masked_self", AttentionChecks::multiHead,
        "multi_head_attention_cross", AttentionChecks::multiHead,
        "transformer_encoder_layer", AttentionChecks::encoder,
        "transformer_decoder_layer", AttentionChecks::decoder);
  }

  private static void words(CourseEntry e, Backend backend, Found found) {
    Graph.Builder g = new Graph.Builder("words");
    Value x = g.input("x", ElementType.INT64, e.in("x").shape());
    Graph graph = g.build(new Layers(g, 0).embedding("words", x, 5, 3));
    graph.value("words.weight").tensor().copyFrom(e.in("W"));
    found.single("out", run(graph, backend, e.in("x")));
  }

  private static void positions(CourseEntry e, Backend backend, Found found) {
    Graph.Builder g = new Graph.Builder("positions");
    Value x = g.input("x", e.in("x").shape());
    Attention attention =
        new Attention(new Layers(g, 0), (name, v) -> drop(g, name, v, e.in("keep_mask")));
    Graph graph = g.build(attention.positionalEncoding("encoded", x));
    found.single("out", run(graph, backend, e.in("x")));
  }

  private static void patches(CourseEntry e, Backend backend, Found found) {
    Graph.Builder g = new Graph.Builder("patches");
    Value x = g.input("x", e.in("x").shape());
    Graph graph = g.build(new Layers(g, 0).patchEmbedding("embedded", x, 8, 8));
    graph.value("embedded.patches.weight").tensor().copyFrom(e.in("W"));
    graph.value("embedded.patches.bias").tensor().copyFrom(e.in("b"));
    found.single("out", run(graph, backend, e.in("x")));
  }

  private static void multiHead(CourseEntry e, Backend backend, Found found) {
    found.single("out", attend(e, backend, true));
    found.single("out_without_dropout", attend(e, backend, false));
  }

  private static Tensor attend(CourseEntry e, Backend backend, boolean dropping) {
    Graph.Builder g = new Graph.Builder("attention");
    Value query = g.input("query", e.in("query").shape());
    Value context = g.input("context", e.in("key_value").shape());
    Attention attention =
        new Attention(
            new Layers(g, 0),
            (name, v) -> dropping ? drop(g, name, v, e.in("dropout_keep_mask")) : v);
    boolean masked = e.inputs().containsKey("attn_mask");
    Value mask = masked ? g.buffer("mask", ElementType.BOOL, e.in("attn_mask")) : null;
    Graph graph = g.build(attention.multiHead("attention", query, context, 2, mask));
    set(graph, "attention", e, "");
    return run(graph, backend, e.in("query"), e.in("key_value"));
  }

  private static void encoder(CourseEntry e, Backend backend, Found found) {
    Graph.Builder g = new Graph.Builder("encoder");
    Map<String, String> masks =
        Map.of(
            "layer.self.attention.dropout", "keep_attn",
            "layer.self.dropout", "keep_self",
            "layer.ffn.hidden", "keep_ffn_hidden",
            "layer.ffn.dropout", "keep_ffn");
    Value x = g.input("x", e.in("x").shape());
    Value mask = g.buffer("mask", ElementType.BOOL, e.in("attn_mask"));
    Graph graph = g.build(transformer(g, e, masks).encoder("layer", x, 2, 48, mask));
    set(graph, "layer.self", e, "self_");
    setFeedForward(graph, e);
    found.single("out", run(graph, backend, e.in("x")));
  }

  private static void decoder(CourseEntry e, Backend backend, Found found) {
    Graph.Builder g = new Graph.Builder("decoder");
    Map<String, String> masks =
        Map.of(
            "layer.self.attention.dropout", "keep_self_attn",
            "layer.self.dropout", "keep_self",
            "layer.cross.attention.dropout", "keep_cross_attn",
            "layer.cross.dropout", "keep_cross",
            "layer.ffn.hidden", "keep_ffn_hidden",
            "layer.ffn.dropout", "keep_ffn");
    Value x = g.input("x", e.in("tgt").shape());
    Value memory = g.input("memory", e.in("mem").shape());
    Value mask = g.buffer("mask", ElementType.BOOL, e.in("attn_mask"));
    Graph graph = g.build(transformer(g, e, masks).decoder("layer", x, memory, 2, 48, mask));
    set(graph, "layer.self", e, "self_");
    set(graph, "layer.cross", e, "cross_");
    setFeedForward(graph, e);
    found.single("out", run(graph, backend, e.in("tgt"), e.in("mem")));
  }

  private static Transformer transformer(
      Graph.Builder g, CourseEntry e, Map<String, String> masks) {
    return new Transformer(
        new Attention(new Layers(g, 0), (name, v) -> drop(g, name, v, e.in(masks.get(name)))));
  }

  private static void setFeedForward(Graph graph, CourseEntry e) {
    setLinear(graph, "layer.ffn.1", e.in("f1_W"), e.in("f1_b"));
    setLinear(graph, "layer.ffn.2", e.in("f2_W"), e.in("f2_b"));
  }

  /** The course's weights are {@code [out, in]}. */
  static void set(Graph graph, String name, CourseEntry e, String prefix) {
    Map<String, String> names =
        Map.of("query", "query", "key", "key", "value", "value", "output", "proj");
    names.forEach(
        (ours, theirs) -> {
          setLinear(
              graph, name + "." + ours, e.in(prefix + "W_" + theirs), e.in(prefix + "b_" + theirs));
        });
  }

  static void setLinear(Graph graph, String layer, Tensor weight, Tensor bias) {
    graph.value(layer + ".weight").tensor().copyFrom(transposed(weight));
    graph.value(layer + ".bias").tensor().copyFrom(bias);
  }

  private static Tensor transposed(Tensor t) {
    int rows = t.shape().dim(0);
    int columns = t.shape().dim(1);
    Tensor result = Tensor.zeros(Shape.of(columns, rows));
    for (int i = 0; i < t.size(); i++) {
      result.array()[i % columns * rows + i / columns] = t.get(i);
    }
    return result;
  }

  /** Inverted dropout by a given mask of ones and zeros. */
  static Value drop(Graph.Builder g, String name, Value x, Tensor keep) {
    Tensor scaled = keep.copy();
    for (int i = 0; i < scaled.size(); i++) {
      scaled.array()[i] /= KEEP;
    }
    return g.node(name, new Mul(), x, g.buffer(name + ".mask", scaled));
  }

  static Tensor run(Graph graph, Backend backend, Tensor... inputs) {
    Shape[] shapes = new Shape[inputs.length];
    for (int i = 0; i < shapes.length; i++) {
      shapes[i] = inputs[i].shape();
    }
    return new Session(graph, SessionOptions.inference().on(backend), shapes)
        .forward(inputs)
        .copy();
  }
}
