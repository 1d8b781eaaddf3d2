package dev.fovea.samples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.SampleType;
import dev.fovea.engine.image.data.SegmentationDataset;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.train.Adam;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingListener;
import dev.fovea.samples.SyntheticMicroscope.Scene;
import dev.fovea.segmentation.ClassMaps;
import dev.fovea.segmentation.InstanceAveragePrecision;
import dev.fovea.segmentation.LabelMap;
import dev.fovea.segmentation.SegmentationMetrics;
import dev.fovea.segmentation.SegmentationTraining;
import dev.fovea.segmentation.Segmenter;
import dev.fovea.segmentation.UNet;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A small U-Net learns to part touching nuclei of the synthetic microscope. */
class SegmentationLearningTest {
  private static final int IMAGES = 16;
  private static final Scene SCENE = new Scene(64, 64, 9, 7, 0.6, 0.8, 1);

  @Test
  void smallUNetLearnsSyntheticNuclei() throws IOException {
    Preprocessing preprocessing = Preprocessing.percentile(Preprocessing.Channels.GREY, 1, 99.8f);
    SegmentationTraining training =
        new SegmentationTraining(new Micrographs(), preprocessing, 64, Augmentation.NONE, 4, 2);
    UNet net =
        new UNet(1, ClassMaps.NAMES.size(), 8, 2, 16, UNet.Upsampling.TRANSPOSED_CONVOLUTION);
    Graph graph = net.build(1);
    TrainerOptions options = TrainerOptions.defaults(UNet.LOGITS, 48, 2, 0.01, 1);
    new Trainer(
            graph,
            training,
            new SoftmaxCrossEntropy(),
            new Adam(),
            null,
            TrainingListener.NONE,
            options)
        .fit();
    ModelCard card =
        new ModelCard(
            "nuclei", ModelCard.Task.SEGMENTATION, ClassMaps.NAMES, preprocessing, Map.of());
    Segmenter segmenter = Segmenter.of(graph, card, SessionOptions.inference());
    InstanceAveragePrecision precision = new InstanceAveragePrecision();
    double dice = 0;
    List<Long> unseen = List.of(1001L, 1002L, 1003L, 1004L, 1005L);
    for (long seed : unseen) {
      Micrograph micrograph = micrograph(seed);
      LabelMap truth = LabelMap.of(64, 64, micrograph.labels());
      LabelMap found = segmenter.segment(micrograph.image()).labels();
      precision.add(truth, found);
      dice += SegmentationMetrics.foregroundDice(truth, found) / unseen.size();
    }
    System.out.println("AP@0.5 " + precision.averagePrecision(0.5) + ", Dice " + dice);
    assertTrue(precision.averagePrecision(0.5) > 0.75);
    assertTrue(dice > 0.9);
  }

  private static Micrograph micrograph(long seed) {
    return SyntheticMicroscope.fluorescence(SCENE, SampleType.UINT8, seed);
  }

  /** Pictures drawn when asked for. */
  private static final class Micrographs implements SegmentationDataset {
    @Override
    public int size() {
      return IMAGES;
    }

    @Override
    public String name(int i) {
      return "micrograph " + i;
    }

    @Override
    public Image image(int i) {
      return micrograph(checkIndex(i)).image();
    }

    @Override
    public Sample sample(int i) {
      Micrograph micrograph = micrograph(checkIndex(i));
      return new Sample(micrograph.image(), micrograph.labels());
    }
  }
}
