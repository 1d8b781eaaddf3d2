package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.ConvTranspose;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UNetTest {
  private static final UNet SMALL = unet(4, 2, 6, UNet.Upsampling.TRANSPOSED_CONVOLUTION);

  private static UNet unet(int width, int depth, int maxWidth, UNet.Upsampling upsampling) {
    return new UNet(1, 3, width, depth, maxWidth, upsampling);
  }

  @Test
  void hasTheWidthsAndLayersOfThePaper() {
    Graph graph = new UNet(1, 2, 64, 4, 1024, UNet.Upsampling.TRANSPOSED_CONVOLUTION).build(1);
    List<Integer> widths =
        graph.nodes().stream()
            .filter(n -> n.op() instanceof Conv)
            .map(n -> n.outputs().get(0).shape().dim(1))
            .toList();
    assertEquals(
        List.of(
            64, 64, 128, 128, 256, 256, 512, 512, 1024, 1024, 512, 512, 256, 256, 128, 128, 64, 64,
            2),
        widths);
    long enlargements = graph.nodes().stream().filter(n -> n.op() instanceof ConvTranspose).count();
    assertEquals(23, widths.size() + enlargements, "convolutional layers, as the paper counts");
  }

  @Test
  void hasAsManyWeightsAsTheWidelyUsedPyTorchNetwork() {
    // github.com/milesial/Pytorch-UNet: the same layers, n_channels = 3, n_classes = 2.
    UNet net = new UNet(3, 2, 64, 4, 1024, UNet.Upsampling.TRANSPOSED_CONVOLUTION);
    assertEquals(31_037_698, net.build(1).parameterCount());
  }

  @Test
  void widthIsCapped() {
    Graph graph = unet(8, 4, 16, UNet.Upsampling.BILINEAR).build(1);
    int widest =
        graph.nodes().stream()
            .filter(n -> n.op() instanceof Conv)
            .mapToInt(n -> n.outputs().get(0).shape().dim(1))
            .max()
            .orElseThrow();
    assertEquals(16, widest);
  }

  @ParameterizedTest
  @EnumSource(UNet.Upsampling.class)
  void resultHasTheSizeOfTheInputAndIsAProbability(UNet.Upsampling upsampling) {
    Graph graph = unet(4, 2, 6, upsampling).build(3);
    Tensor input = noise(2, 1, 12, 20);
    Tensor result = new Session(graph, SessionOptions.inference(), input.shape()).forward(input);
    assertEquals(Shape.of(2, 3, 12, 20), result.shape());
    for (int n = 0; n < 2; n++) {
      for (int i = 0; i < 240; i++) {
        double sum = 0;
        for (int c = 0; c < 3; c++) {
          float p = result.get((n * 3 + c) * 240 + i);
          assertTrue(p >= 0 && p <= 1);
          sum += p;
        }
        assertEquals(1, sum, 1e-5);
      }
    }
  }

  @Test
  void takesOnlyMultiplesOfItsStride() {
    Graph graph = SMALL.build(1);
    assertEquals(4, SMALL.multiple());
    graph.inferShapes(List.of(Shape.of(5, 1, 4, 100)));
    for (Shape bad : List.of(Shape.of(1, 1, 6, 8), Shape.of(1, 1, 8, 9), Shape.of(1, 2, 8, 8))) {
      assertThrows(GraphException.class, () -> graph.inferShapes(List.of(bad)));
    }
  }

  @Test
  void seedDecidesTheWeights() {
    assertEquals(SMALL.build(5).weightsHash(), SMALL.build(5).weightsHash());
    assertNotEquals(SMALL.build(5).weightsHash(), SMALL.build(6).weightsHash());
  }

  @ParameterizedTest
  @EnumSource(UNet.Upsampling.class)
  void gradientReachesEveryParameter(UNet.Upsampling upsampling) {
    Graph graph = unet(3, 2, 6, upsampling).build(7);
    Tensor input = noise(2, 1, 8, 8);
    Session session =
        new Session(graph, SessionOptions.training(1).withOutputs(UNet.LOGITS), input.shape());
    Tensor logits = session.forward(input);
    Tensor target = Tensor.zeros(2, 8, 8);
    Random random = TestMaps.random(81);
    for (int i = 0; i < target.size(); i++) {
      target.array()[i] = random.nextInt(3);
    }
    new SoftmaxCrossEntropy().evaluate(logits, target, null, session.cotangent(UNet.LOGITS));
    session.backward();
    for (Value parameter : graph.parameters()) {
      double sum = 0;
      for (float g : session.parameterGradients().get(parameter).toArray()) {
        sum += Math.abs(g);
      }
      assertTrue(sum > 0 && Double.isFinite(sum), parameter + " has gradient sum " + sum);
    }
  }

  @Test
  void shiftByTheStrideShiftsTheResult() {
    // Away from the borders, by how far the network sees: 2 + 2 (2 + 2 (2) ...) pixels, under 24.
    Graph graph = SMALL.build(9);
    int size = 64;
    Tensor input = noise(1, 1, size, size);
    Tensor shifted = Tensor.zeros(1, 1, size, size);
    for (int y = 0; y < size; y++) {
      System.arraycopy(input.array(), y * size, shifted.array(), y * size + 4, size - 4);
    }
    Session session = new Session(graph, SessionOptions.inference(), input.shape());
    float[] here = session.forward(input).toArray();
    float[] there = session.forward(shifted).toArray();
    for (int y = 0; y < size; y++) {
      for (int x = 24; x < size - 28; x++) {
        assertEquals(here[y * size + x], there[y * size + x + 4], 1e-5f);
      }
    }
  }

  @Test
  void sameResultAloneAndInABatch() {
    Graph graph = SMALL.build(9);
    Tensor both = noise(2, 1, 8, 16);
    Tensor second = Tensor.of(Shape.of(1, 1, 8, 16), both.slice(1, 2).toArray());
    float[] inBatch =
        new Session(graph, SessionOptions.inference(), both.shape())
            .forward(both)
            .slice(1, 2)
            .toArray();
    float[] alone =
        new Session(graph, SessionOptions.inference(), second.shape()).forward(second).toArray();
    assertArrayEquals(alone, inBatch, 1e-6f);
  }

  @Test
  void refusesBadNumbers() {
    UNet.Upsampling bilinear = UNet.Upsampling.BILINEAR;
    assertThrows(IllegalArgumentException.class, () -> new UNet(0, 3, 8, 3, 64, bilinear));
    assertThrows(IllegalArgumentException.class, () -> new UNet(1, 1, 8, 3, 64, bilinear));
    assertThrows(IllegalArgumentException.class, () -> new UNet(1, 3, 0, 3, 64, bilinear));
    assertThrows(IllegalArgumentException.class, () -> new UNet(1, 3, 8, 0, 64, bilinear));
    assertThrows(IllegalArgumentException.class, () -> new UNet(1, 3, 8, 9, 64, bilinear));
    assertThrows(IllegalArgumentException.class, () -> new UNet(1, 3, 8, 3, 4, bilinear));
  }

  private static Tensor noise(int... dims) {
    Random random = TestMaps.random(82);
    Tensor tensor = Tensor.zeros(dims);
    for (int i = 0; i < tensor.size(); i++) {
      tensor.array()[i] = random.nextFloat();
    }
    return tensor;
  }
}
