package dev.fovea.visualize.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.visualize.attribution.ClassActivationMap.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Explanations of written-out networks, worked out by hand; those of guided backpropagation,
 * deconvolution, Grad-CAM, occlusion and integrated gradients are also those that the tests of
 * Captum (pytorch/captum, tests/attr) expect.
 */
class AttributionOraclesTest {
  private static final float[] ROWS = new float[16];

  static {
    for (int i = 0; i < 16; i++) {
      ROWS[i] = i;
    }
  }

  private static final Tensor X = Tensor.of(Shape.of(1, 1, 4, 4), ROWS);
  private static final Target A = Target.ofClass("relu2", 0);
  private static final Target B = Target.ofClass("out", 0);
  private static final Target D = Target.neuron("out", 0, 0);

  private static float[] explained(Attribution method, ExplainedNetwork network, Target target) {
    return method.attribute(network, X, target).toArray();
  }

  @Test
  void forward() {
    ExplainedNetwork a = TestNetworks.a(0);
    assertArrayEquals(
        new float[] {-5, 4, 31, 40, -30, -21, 6, 15}, a.value(X, "conv1").toArray(), 1e-6f);
    assertArrayEquals(new float[] {0, 4, 31, 40, 0, 0, 6, 15}, a.value(X, "relu1").toArray());
    for (int k = 0; k < 4; k++) {
      assertEquals(54, a.score(X, Target.ofClass("relu2", k)), 1e-6);
      assertEquals(67, TestNetworks.a(1).score(X, Target.ofClass("relu2", k)), 1e-6);
    }
  }

  @Test
  void gradient() {
    assertArrayEquals(
        new float[] {0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0},
        explained(new Gradient(ReluRule.GRADIENT), TestNetworks.a(0), A),
        1e-6f);
  }

  @Test
  void inputGradient() {
    assertArrayEquals(
        new float[] {0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11, 0, 0, 0, 0},
        explained(new InputGradient(), TestNetworks.a(0), A),
        1e-6f);
  }

  @Test
  void smoothGradWithoutNoiseIsTheGradient() {
    assertArrayEquals(
        explained(new Gradient(ReluRule.GRADIENT), TestNetworks.a(0), A),
        explained(new SmoothGrad(3, 0, 1), TestNetworks.a(0), A),
        1e-6f);
  }

  @Test
  void guidedBackpropagation() {
    Gradient guided = new Gradient(ReluRule.GUIDED);
    assertArrayEquals(
        new float[] {0, 1, 1, 1, 1, 3, 3, 2, 1, 3, 3, 2, 1, 2, 2, 1},
        explained(guided, TestNetworks.a(0), A),
        1e-6f);
    assertArrayEquals(
        new float[] {1, 2, 2, 1, 2, 4, 4, 2, 2, 4, 4, 2, 1, 2, 2, 1},
        explained(guided, TestNetworks.a(1), A),
        1e-6f);
  }

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void deconvolution(float second) {
    assertArrayEquals(
        new float[] {2, 3, 3, 1, 3, 5, 5, 2, 3, 5, 5, 2, 1, 2, 2, 1},
        explained(new Gradient(ReluRule.DECONVNET), TestNetworks.a(second), A),
        1e-6f);
  }

  @Test
  void gradCam() {
    Attribution gradCam = new ClassActivationMap(Kind.GRAD_CAM, "conv1", false);
    assertArrayEquals(
        new float[] {11.25f, 13.5f, 20.25f, 22.5f},
        explained(gradCam, TestNetworks.a(0), A),
        1e-5f);
    assertArrayEquals(
        new float[] {14.5f, 19, 32.5f, 37}, explained(gradCam, TestNetworks.a(1), A), 1e-5f);
  }

  @Test
  void gradCamAtTheInput() {
    float[] x = ROWS.clone();
    x[5] = -4;
    Tensor input = Tensor.of(Shape.of(1, 1, 4, 4), x);
    float[] signed = new float[16];
    float[] rectified = new float[16];
    for (int i = 0; i < 16; i++) {
      signed[i] = 0.5625f * x[i];
      rectified[i] = Math.max(0, signed[i]);
    }
    ExplainedNetwork a = TestNetworks.a(0);
    assertArrayEquals(
        signed,
        new ClassActivationMap(Kind.GRAD_CAM, "x", false).attribute(a, input, A).toArray(),
        1e-5f);
    assertArrayEquals(
        rectified,
        new ClassActivationMap(Kind.GRAD_CAM, "x", true).attribute(a, input, A).toArray(),
        1e-5f);
  }

  @Test
  void gradCamOfALayerWithoutPlaces() {
    Tensor x = Tensor.of(Shape.of(1, 1, 1, 3), 0, 100, 0);
    assertArrayEquals(
        new float[] {400},
        new ClassActivationMap(Kind.GRAD_CAM, "linear0", true)
            .attribute(TestNetworks.b(), x, B)
            .toArray(),
        1e-4f);
  }

  /** Gradients at conv1 are 1 where x > 0 in the first filter and at its last place; else -1. */
  @Test
  void layerCam() {
    assertArrayEquals(
        new float[] {0, 4, 31, 40},
        explained(new ClassActivationMap(Kind.LAYER_CAM, "relu1", true), TestNetworks.a(0), A),
        1e-5f);
  }

  /**
   * Of relu1 the first channel has gradients 1 and the sum 75, hence alpha 1 / (2 + 75) each and
   * the weight 4 / 77; the second 1, -1, -1, -1 and the sum 21, hence the weight 1 / 23.
   */
  @Test
  void gradCamPlusPlus() {
    double w0 = 4 / 77.0;
    double w1 = 1 / 23.0;
    assertArrayEquals(
        new float[] {0, (float) (4 * w0), (float) (31 * w0 + 6 * w1), (float) (40 * w0 + 15 * w1)},
        explained(
            new ClassActivationMap(Kind.GRAD_CAM_PLUS_PLUS, "relu1", true), TestNetworks.a(0), A),
        1e-5f);
  }

  @ParameterizedTest
  @CsvSource({"20, 50, 30, 80, 200, 120", "2, 10, 3, 8, 35, 12"})
  void occlusion(float x0, float x1, float x2, float a0, float a1, float a2) {
    Tensor x = Tensor.of(Shape.of(1, 1, 1, 3), x0, x1, x2);
    assertArrayEquals(
        new float[] {a0, a1, a2},
        new Occlusion(1, 1, 0).attribute(TestNetworks.b(), x, B).toArray(),
        1e-4f);
  }

  @Test
  void integratedGradients() {
    Tensor x = Tensor.of(Shape.of(1, 2), 3, 1);
    IntegratedGradients method = new IntegratedGradients(50);
    for (ExplainedNetwork network : new ExplainedNetwork[] {TestNetworks.d(), TestNetworks.e()}) {
      Tensor found = method.attribute(network, x, D);
      assertArrayEquals(new float[] {1.5f, -0.5f}, found.toArray(), 1e-5f);
      IntegratedGradients.Completeness sum = method.completeness(network, x, D, found);
      assertEquals(1, sum.difference(), 1e-6);
      assertEquals(0, sum.relativeError(), 1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1.5, 2, 1.3, 4.5, 6, 3.9, 14.4",
    "0.5, 0.1, 2.3, 1.5, 0.3, 6.9, 8.7",
    "20, 50, 30, 78, 195, 117, 390"
  })
  void integratedGradientsOfPiecewiseLinearNetworks(
      float x0, float x1, float x2, float a0, float a1, float a2, double difference) {
    Tensor x = Tensor.of(Shape.of(1, 1, 1, 3), x0, x1, x2);
    IntegratedGradients method = new IntegratedGradients(50);
    Tensor found = method.attribute(TestNetworks.b(), x, B);
    assertArrayEquals(new float[] {a0, a1, a2}, found.toArray(), 1e-3f);
    assertEquals(
        difference,
        method.completeness(TestNetworks.b(), x, B, found).difference(),
        1e-5 * difference);
  }
}
