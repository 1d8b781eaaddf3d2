package dev.fovea.tasks;

import dev.fovea.visualize.attribution.Attribution;
import dev.fovea.visualize.attribution.ClassActivationMap;
import dev.fovea.visualize.attribution.ClassActivationMap.Kind;
import dev.fovea.visualize.attribution.Gradient;
import dev.fovea.visualize.attribution.InputGradient;
import dev.fovea.visualize.attribution.IntegratedGradients;
import dev.fovea.visualize.attribution.Occlusion;
import dev.fovea.visualize.attribution.ReluRule;
import dev.fovea.visualize.attribution.Rise;
import dev.fovea.visualize.attribution.ScoreCam;
import dev.fovea.visualize.attribution.SmoothGrad;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The methods of explanation by the words that users type. */
final class ExplainMethods {
  private static final int RISE_CELLS = 7;
  private static final double RISE_PROBABILITY = 0.5;
  private static final double SMOOTHING_NOISE = 0.15;

  /**
   * What methods can be told.
   *
   * @param layer name of the layer of class activation maps; null for the last one that suits
   * @param samples how many noisy copies, points of a line or masks; 0 for what each does by itself
   * @param seed of noise and masks
   */
  record Settings(String layer, int samples, long seed) {
    int samplesOr(int usual) {
      return samples > 0 ? samples : usual;
    }
  }

  private static final Map<String, Function<Settings, Attribution>> METHODS = new LinkedHashMap<>();

  static {
    METHODS.put("saliency", s -> new Gradient(ReluRule.GRADIENT));
    METHODS.put("smoothgrad", s -> new SmoothGrad(s.samplesOr(50), SMOOTHING_NOISE, s.seed()));
    METHODS.put("input-gradient", s -> new InputGradient());
    METHODS.put("integrated-gradients", s -> new IntegratedGradients(s.samplesOr(50)));
    METHODS.put("guided-backprop", s -> new Gradient(ReluRule.GUIDED));
    METHODS.put("deconvnet", s -> new Gradient(ReluRule.DECONVNET));
    METHODS.put("grad-cam", s -> new ClassActivationMap(Kind.GRAD_CAM, s.layer(), true));
    METHODS.put(
        "grad-cam++", s -> new ClassActivationMap(Kind.GRAD_CAM_PLUS_PLUS, s.layer(), true));
    METHODS.put("layer-cam", s -> new ClassActivationMap(Kind.LAYER_CAM, s.layer(), true));
    METHODS.put("score-cam", s -> new ScoreCam(s.layer()));
    METHODS.put("occlusion", s -> new Occlusion(0, 0, 0));
    METHODS.put("rise", s -> new Rise(s.samplesOr(1000), RISE_CELLS, RISE_PROBABILITY, s.seed()));
  }

  private ExplainMethods() {}

  /** All words, for help texts. */
  static String words() {
    return String.join(", ", METHODS.keySet());
  }

  /**
   * Reads a list such as {@code saliency,grad-cam}.
   *
   * @throws IllegalArgumentException if a word is none of them, or there is none
   */
  static List<String> parse(String text) {
    Set<String> names = new LinkedHashSet<>();
    for (String word : text.split(",", -1)) {
      String name = word.strip();
      if (!METHODS.containsKey(name)) {
        throw new IllegalArgumentException(
            "method: found '" + name + "', expected one or some of " + words());
      }
      names.add(name);
    }
    return List.copyOf(names);
  }

  /** The method of a word. */
  static Attribution named(String name, Settings settings) {
    return METHODS.get(name).apply(settings);
  }
}
