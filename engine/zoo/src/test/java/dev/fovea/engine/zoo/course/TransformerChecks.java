package dev.fovea.engine.zoo.course;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.nn.Attention;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.nn.TransformerLayers;
import dev.fovea.engine.tensor.ElementType;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** Layers of encoders and decoders, with the course's own dropout masks. */
final class TransformerChecks {

  private final CourseEntry entry;
  private final Graph.Builder builder = new Graph.Builder("transformer");
  private final Queue<String> masks;
  private final TransformerLayers layers;

  /** With the names of the masks in the order of the dropouts. */
  private TransformerChecks(CourseEntry entry, String... masks) {
    this.entry = entry;
    this.masks = new ArrayDeque<>(List.of(masks));
    Layers all = new Layers(builder, 0);
    this.layers = new TransformerLayers(all, new Attention(all, this::drop), 2);
  }

  static Map<String, CourseCheck> all() {
    return Map.of(
        "transformer_encoder_layer", TransformerChecks::encoder,
        "transformer_decoder_layer", TransformerChecks::decoder);
  }

  private static void encoder(CourseEntry e, Backend backend, Found found) {
    TransformerChecks c =
        new TransformerChecks(e, "keep_attn", "keep_self", "keep_ffn_hidden", "keep_ffn");
    Graph graph = c.finished(c.layers.encoder("layer", c.input("x"), 48, c.mask()));
    AttentionChecks.set(graph, "layer.self", e, "self_");
    found.single("out", AttentionChecks.run(graph, backend, e.in("x")));
  }

  private static void decoder(CourseEntry e, Backend backend, Found found) {
    TransformerChecks c =
        new TransformerChecks(
            e,
            "keep_self_attn",
            "keep_self",
            "keep_cross_attn",
            "keep_cross",
            "keep_ffn_hidden",
            "keep_ffn");
    Value target = c.input("tgt");
    Value memory = c.input("mem");
    Graph graph = c.finished(c.layers.decoder("layer", target, memory, 48, c.mask()));
    AttentionChecks.set(graph, "layer.self", e, "self_");
    AttentionChecks.set(graph, "layer.cross", e, "cross_");
    found.single("out", AttentionChecks.run(graph, backend, e.in("tgt"), e.in("mem")));
  }

  private Value drop(String name, Value x) {
    return AttentionChecks.drop(builder, name, x, entry.in(masks.remove()));
  }

  private Value input(String name) {
    return builder.input(name, entry.in(name).shape());
  }

  private Value mask() {
    return builder.buffer("mask", ElementType.BOOL, entry.in("attn_mask"));
  }

  /** The graph, with the weights of the network that both kinds of layers end with. */
  private Graph finished(Value out) {
    assertTrue(masks.isEmpty(), "masks without a dropout: " + masks);
    Graph graph = builder.build(out);
    for (int i = 1; i <= 2; i++) {
      String name = "f" + i;
      AttentionChecks.setLinear(
          graph, "layer.network.fc" + i, entry.in(name + "_W"), entry.in(name + "_b"));
    }
    return graph;
  }
}
