package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Scaled dot-product attention: {@code Y = softmax(softcap(scale Q K^T) + mask) V} for each head,
 * with {@code softcap(s) = c tanh(s / c)}. Vaswani et al., "Attention is all you need", 2017. Heads
 * of queries may share those of keys and values in groups: Ainslie et al., "GQA", EMNLP 2023.
 *
 * <p>Inputs: {@code Q [N, H, S, E]}, {@code K [N, G, T, E]}, {@code V [N, G, T, F]}, or all three
 * with their heads side by side, {@code [N, S, H E]}; then, each if it is given: a mask that
 * broadcasts to {@code [N, H, S, P + T]}, numbers to be added or truth values of what is seen, with
 * what is missing at the end of its last dimension unseen; keys {@code [N, G, P, E]} and values
 * {@code [N, G, P, F]} from before, which come first; the number of keys {@code [N]} that count.
 *
 * <p>Outputs: Y, and where asked for all keys {@code [N, G, P + T, E]}, all values, and a step of
 * the scores {@code [N, H, S, P + T]}.
 *
 * @param heads number of heads H of queries where they stand side by side, else 0
 * @param groups number of heads G of keys and values where they stand side by side, else 0
 * @param scale factor of the scores; 0 for the root of 1 / E
 * @param softcap what scores are softly limited to; 0 for no limit
 * @param causal whether a query sees only keys up to its own position, counted from the end of the
 *     keys from before, or of those that count
 * @param inputs which of the optional inputs there are
 * @param outputs which of the optional outputs there are
 * @param shown which step of the scores is shown
 */
public record Attention(
    int heads,
    int groups,
    float scale,
    float softcap,
    boolean causal,
    Set<Input> inputs,
    Set<Output> outputs,
    Scores shown)
    implements Op {

  /** Optional inputs. */
  public enum Input {
    /** A mask of numbers that are added to the scores. */
    MASK,
    /** In place of it a mask of truth values: which scores are seen. */
    SEEN,
    /** Keys and values from before: two inputs. */
    PAST,
    /** The number of keys that count. */
    LENGTHS
  }

  /** Optional outputs. */
  public enum Output {
    /** All keys and all values: two outputs. */
    PRESENT,
    /** A step of the scores; in ONNX the outputs before it are there, too. */
    SCORES
  }

  /** Steps of the scores, in ONNX's order. */
  public enum Scores {
    /** {@code scale Q K^T}. */
    PRODUCT,
    /** After the soft limit. */
    CAPPED,
    /** With the mask. */
    MASKED,
    /** After the softmax. */
    PROBABILITY
  }

  // Positions in ONNX.
  private static final int MASK = 3;
  private static final int PAST = 4;
  private static final int LENGTHS = 6;
  private static final int LENGTHS_OPSET = 24;
  private static final String NAME = "Attention";

  /** Specification. */
  public static final OpSpec<Attention> SPEC =
      OpSpec.of(
          NAME,
          23,
          Attention.class,
          Attention::read,
          Attention::write,
          of(plain(), Shape.of(2, 3, 4, 5), Shape.of(2, 3, 6, 5), Shape.of(2, 3, 6, 2)),
          of(
              new Attention(3, 3, 0.5f, 0, true, Set.of(), Set.of(), Scores.PRODUCT),
              Shape.of(2, 3, 6),
              Shape.of(2, 4, 6),
              Shape.of(2, 4, 9)),
          of(
              new Attention(4, 2, 0, 1.5f, false, Set.of(), Set.of(), Scores.PRODUCT),
              Shape.of(2, 3, 8),
              Shape.of(2, 2, 4),
              Shape.of(2, 2, 4)),
          of(
              plain().with(Input.MASK),
              Shape.of(2, 2, 3, 4),
              Shape.of(2, 2, 5, 4),
              Shape.of(2, 2, 5, 3),
              Shape.of(3, 5)),
          of(
                  plain().with(Input.SEEN),
                  Shape.of(1, 2, 2, 4),
                  Shape.of(1, 2, 3, 4),
                  Shape.of(1, 2, 3, 3),
                  Shape.of(1, 1, 2, 3))
              // The second query sees no key.
              .with(3, new OpSpec.Operand(ElementType.BOOL, 0, 1, List.of(1f, 0f, 1f, 0f, 0f, 0f))),
          of(
              new Attention(
                  0,
                  0,
                  0,
                  0,
                  true,
                  EnumSet.of(Input.MASK, Input.PAST),
                  EnumSet.allOf(Output.class),
                  Scores.PRODUCT),
              Shape.of(2, 4, 3, 4),
              Shape.of(2, 2, 3, 4),
              Shape.of(2, 2, 3, 3),
              Shape.of(2, 1, 3, 5),
              Shape.of(2, 2, 2, 4),
              Shape.of(2, 2, 2, 3)),
          of(
              plain().with(Scores.PROBABILITY),
              Shape.of(1, 2, 3, 4),
              Shape.of(1, 2, 3, 4),
              Shape.of(1, 2, 3, 4)),
          of(
              plain().with(Scores.PRODUCT),
              Shape.of(1, 2, 3, 4),
              Shape.of(1, 1, 3, 4),
              Shape.of(1, 1, 3, 4)),
          of(
                  plain().with(Input.LENGTHS),
                  Shape.of(2, 2, 2, 3),
                  Shape.of(2, 2, 4, 3),
                  Shape.of(2, 2, 4, 2),
                  Shape.of(2))
              .with(3, OpSpec.Operand.values(3, 4)));

  /** Checks the numbers. */
  public Attention {
    inputs = Set.copyOf(inputs);
    outputs = Set.copyOf(outputs);
    if (heads < 0
        || groups < 0
        || (heads == 0) != (groups == 0)
        || (heads > 0 && heads % groups != 0)
        || (inputs.contains(Input.MASK) && inputs.contains(Input.SEEN))
        || !(softcap >= 0 && softcap < Float.POSITIVE_INFINITY)
        || !Float.isFinite(scale)) {
      throw new IllegalArgumentException(
          "Attention: expected q_num_heads as a multiple of kv_num_heads, one mask, a softcap >= 0 and a"
              + " finite scale, found "
              + heads
              + ", "
              + groups
              + ", "
              + softcap
              + ", "
              + scale
              + " and the inputs "
              + inputs);
    }
  }

  private static Attention plain() {
    return new Attention(0, 0, 0, 0, false, Set.of(), Set.of(), Scores.PRODUCT);
  }

  private Attention with(Input input) {
    return new Attention(heads, groups, scale, softcap, causal, EnumSet.of(input), outputs, shown);
  }

  private Attention with(Scores step) {
    Set<Output> all = EnumSet.allOf(Output.class);
    return new Attention(heads, groups, scale, softcap, causal, inputs, all, step);
  }

  /** A copy whose mask is one of truth values, if it has one. */
  public Attention withTruths() {
    if (!inputs.contains(Input.MASK)) {
      return this;
    }
    Set<Input> all = EnumSet.copyOf(inputs);
    all.remove(Input.MASK);
    all.add(Input.SEEN);
    return new Attention(heads, groups, scale, softcap, causal, all, outputs, shown);
  }

  /** A copy with as many outputs as a node of a file has. */
  public Attention withOutputs(int count) {
    Set<Output> all = EnumSet.noneOf(Output.class);
    if (count > 1) {
      all.add(Output.PRESENT);
    }
    if (count > 3) {
      all.add(Output.SCORES);
    }
    return new Attention(heads, groups, scale, softcap, causal, inputs, all, shown);
  }

  private static Attention read(Attributes a) {
    Set<Input> inputs = EnumSet.noneOf(Input.class);
    if (a.hasInput(MASK)) {
      inputs.add(Input.MASK);
    }
    if (a.hasInput(PAST)) {
      inputs.add(Input.PAST);
    }
    if (a.hasInput(LENGTHS)) {
      inputs.add(Input.LENGTHS);
    }
    int mode = a.intValue("qk_matmul_output_mode", 0);
    if (mode < 0 || mode >= Scores.values().length) {
      throw new IllegalArgumentException(
          "attribute 'qk_matmul_output_mode': expected 0 to 3, found " + mode);
    }
    return new Attention(
        a.intValue("q_num_heads", 0),
        a.intValue("kv_num_heads", 0),
        a.floatValue("scale", 0),
        a.floatValue("softcap", 0),
        a.intValue("is_causal", 0) != 0,
        inputs,
        Set.of(),
        Scores.values()[mode]);
  }

  private Attributes write() {
    Attributes a =
        Attributes.none()
            .with("softcap", softcap)
            .with("is_causal", causal ? 1 : 0)
            .with("qk_matmul_output_mode", shown.ordinal())
            .withInputs(0, 1, 2);
    a = heads > 0 ? a.with("q_num_heads", heads).with("kv_num_heads", groups) : a;
    a = scale != 0 ? a.with("scale", scale) : a;
    a = masked() ? a.withInputs(MASK) : a;
    a = inputs.contains(Input.PAST) ? a.withInputs(PAST, PAST + 1) : a;
    return inputs.contains(Input.LENGTHS) ? a.withInputs(LENGTHS) : a;
  }

  @Override
  public int minimumOpset() {
    return inputs.contains(Input.LENGTHS) ? LENGTHS_OPSET : SPEC.opset();
  }

  @Override
  public OpSpec<Attention> spec() {
    return SPEC;
  }

  /** Whether there is a mask of either kind. */
  boolean masked() {
    return inputs.contains(Input.MASK) || inputs.contains(Input.SEEN);
  }

  /** Position among the inputs of the mask, or of what comes after it. */
  int maskInput() {
    return MASK;
  }

  /** Position of the keys from before. */
  int pastInput() {
    return MASK + (masked() ? 1 : 0);
  }

  /** Position of the number of keys that count. */
  int lengthsInput() {
    return pastInput() + (inputs.contains(Input.PAST) ? 2 : 0);
  }

  /** Position of the scores among the outputs. */
  int scoresOutput() {
    return outputs.contains(Output.PRESENT) ? 3 : 1;
  }

  @Override
  public Set<ElementType> accepts(int input) {
    if (inputs.contains(Input.SEEN) && input == maskInput()) {
      return Set.of(ElementType.BOOL);
    }
    boolean lengths = inputs.contains(Input.LENGTHS) && input == lengthsInput();
    return Set.of(lengths ? ElementType.INT64 : ElementType.FLOAT);
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    AttentionSizes s = new AttentionSizes(this, in);
    List<Shape> out = new ArrayList<>();
    out.add(heads > 0 ? Shape.of(s.batch, s.queries, s.heads * s.valueSize) : s.result());
    if (outputs.contains(Output.PRESENT)) {
      out.addAll(Arrays.asList(s.allKeys(), s.allValues()));
    }
    if (outputs.contains(Output.SCORES)) {
      out.add(s.scores());
    }
    return out;
  }

  @Override
  public List<Shape> scratch(List<Shape> in) {
    return AttentionRun.forwardRoom(new AttentionSizes(this, in));
  }

  @Override
  public List<Shape> saved(List<Shape> in) {
    return AttentionRun.backwardRoom(new AttentionSizes(this, in));
  }

  @Override
  public void forward(Forward r) {
    new AttentionRun(this, r).forward(r);
  }

  @Override
  public void backward(Backward r) {
    new AttentionRun(this, r).backward(r);
  }
}
