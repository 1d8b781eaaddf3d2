package dev.fovea.engine.zoo.course;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.diffusion.Diffusion;
import dev.fovea.engine.zoo.diffusion.DiffusionUNet;
import dev.fovea.engine.zoo.diffusion.NoiseSchedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/** The algebra of diffusion models. */
final class DiffusionChecks {

  private static final NoiseSchedule SIGMOID = NoiseSchedule.sigmoid(1000);

  private DiffusionChecks() {}

  static Map<String, CourseCheck> all() {
    return Map.of(
        "ddpm_beta_schedules", DiffusionChecks::schedules,
        "ddpm_q_sample", DiffusionChecks::noised,
        "ddpm_unet_dims", DiffusionChecks::network,
        "ddpm_predict_roundtrip_and_posterior", DiffusionChecks::backwards);
  }

  private static int[] steps(CourseEntry e) {
    return Arrays.stream(e.inputs().get("t").values()).mapToInt(t -> (int) t).toArray();
  }

  private static double[] at(CourseEntry e, IntToDoubleFunction f) {
    return Arrays.stream(steps(e)).mapToDouble(f).toArray();
  }

  private static void schedules(CourseEntry e, Backend backend, Found found) {
    Map<String, NoiseSchedule> schedules =
        Map.of(
            "linear", NoiseSchedule.linear(1000),
            "cosine", NoiseSchedule.cosine(1000),
            "sigmoid", SIGMOID);
    schedules.forEach(
        (name, s) -> {
          found.precise("beta_" + name, at(e, s::beta));
          found.precise("alphabar_" + name, at(e, s::alphaBar));
        });
  }

  private static void noised(CourseEntry e, Backend backend, Found found) {
    Tensor x = new Diffusion(SIGMOID).noised(e.in("x_start"), steps(e), e.in("noise"));
    found.single("x_t", x);
    found.precise("betas_at_t", at(e, SIGMOID::beta));
    found.precise("alphas_cumprod_at_t", at(e, SIGMOID::alphaBar));
  }

  private static void backwards(CourseEntry e, Backend backend, Found found) {
    Diffusion diffusion = new Diffusion(SIGMOID);
    int[] steps = steps(e);
    Tensor start = e.in("x_start");
    Tensor noise = e.in("noise");
    Tensor x = diffusion.noised(start, steps, noise);
    found.single("x_t", x);
    found.single("pred_noise", diffusion.noiseBetween(start, x, steps));
    found.single("pred_x_start", diffusion.startOf(x, steps, noise));
    found.single("posterior_mean", diffusion.posteriorMean(start, x, steps));
    found.precise("posterior_std", at(e, diffusion::posteriorDeviation));
  }

  /** In, out and context of each residual block, as its weights show. */
  private static void network(CourseEntry e, Backend backend, Found found) {
    Graph g = new DiffusionUNet(3, 2, List.of(1, 2, 4), 4).build(16, 16, 1);
    found.precise("num_params", g.parameterCount());
    found.precise("downs_dim_dimout_context", blocks(g, "down1", "down2", "down3"));
    found.precise("ups_dim_dimout_context", blocks(g, "up3", "up2", "up1"));
  }

  private static double[] blocks(Graph g, String... levels) {
    List<Integer> sizes = new ArrayList<>();
    for (String level : levels) {
      for (String block : List.of(".block1", ".block2")) {
        Shape convolution = g.value(level + block + ".conv1.weight").shape();
        Shape scale = g.value(level + block + ".scale.weight").shape();
        sizes.addAll(List.of(convolution.dim(1), convolution.dim(0), scale.dim(1)));
      }
    }
    return sizes.stream().mapToDouble(s -> s).toArray();
  }
}
