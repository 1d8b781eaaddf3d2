package dev.fovea.tasks;

import dev.fovea.detection.Detection;
import dev.fovea.detection.box.Overlap;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.visualize.attribution.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The score of one find of any detector. What a detector's outputs mean, only its decoder knows, so
 * it is asked: parts of the outputs are changed a little, and where the find's score changes, they
 * are halved and tried again, down to the few elements that the score is made of. The derivatives
 * by these are differences.
 */
final class DetectionTarget implements Target {
  private static final float STEP = 1e-3f;
  private static final double SAME_OBJECT = 0.5;

  private final List<String> outputs;
  private final Function<List<Tensor>, List<Detection>> decoder;
  private final Detection wanted;

  /**
   * A target.
   *
   * @param outputs names of the outputs
   * @param decoder the finds for outputs, without suppression of finds that overlap: a small change
   *     must not let another one win
   * @param wanted the find
   */
  DetectionTarget(
      List<String> outputs, Function<List<Tensor>, List<Detection>> decoder, Detection wanted) {
    this.outputs = List.copyOf(outputs);
    this.decoder = decoder;
    this.wanted = wanted;
  }

  @Override
  public List<String> values() {
    return outputs;
  }

  @Override
  public double score(List<Tensor> values) {
    return scoreOf(wanted, decoder.apply(values));
  }

  /**
   * The score of an object among other finds: that of the one of its class that overlaps it most; 0
   * if it is gone.
   */
  static double scoreOf(Detection wanted, List<Detection> finds) {
    double best = SAME_OBJECT;
    double score = 0;
    for (Detection found : finds) {
      double overlap = Overlap.IOU.of(found.box(), wanted.box());
      if (found.label() == wanted.label() && overlap > best) {
        best = overlap;
        score = found.score();
      }
    }
    return score;
  }

  @Override
  public List<Tensor> cotangents(List<Tensor> values) {
    List<Tensor> result = new ArrayList<>();
    double score = score(values);
    for (Tensor value : values) {
      Tensor cotangent = Tensor.zeros(value.shape());
      search(values, value, steps(value), 0, value.size(), score, cotangent);
      result.add(cotangent);
    }
    return result;
  }

  /**
   * By how much each element is changed. Probabilities stay between 0 and 1, or decoders drop them;
   * others go up or down as if by chance: a softmax does not see it if all go up together.
   */
  private static float[] steps(Tensor value) {
    boolean probabilities = true;
    for (int i = 0; i < value.size(); i++) {
      probabilities &= value.get(i) >= 0 && value.get(i) <= 1;
    }
    float[] steps = new float[value.size()];
    for (int i = 0; i < steps.length; i++) {
      boolean down = probabilities ? value.get(i) > 0.5f : i * 0x9E3779B9 < 0;
      steps[i] = down ? -STEP : STEP;
    }
    return steps;
  }

  private void search(
      List<Tensor> values,
      Tensor value,
      float[] steps,
      int from,
      int to,
      double score,
      Tensor cotangent) {
    Tensor moved = value.copy();
    for (int i = from; i < to; i++) {
      moved.array()[i] += steps[i];
    }
    List<Tensor> all = new ArrayList<>(values);
    all.replaceAll(v -> v == value ? moved : v);
    double change = score(all) - score;
    if (change != 0 && to - from == 1) {
      cotangent.array()[from] = (float) (change / steps[from]);
    } else if (change != 0) {
      int middle = (from + to) >>> 1;
      search(values, value, steps, from, middle, score, cotangent);
      search(values, value, steps, middle, to, score, cotangent);
    }
  }
}
