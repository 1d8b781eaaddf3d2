package dev.fovea.segmentation;

import dev.fovea.engine.image.data.SegmentationDataset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Chooses how a trained network's probabilities are made into instances: the thresholds, then the
 * smallest sizes and whether objects need a seed, then the thresholds once more, that give the best
 * average precision at an IoU of 0.5 on images with known objects. The network stays as it is.
 *
 * <p>Figures on the same images are then slightly too good: a few numbers were fitted to them, as
 * with the choice of an epoch.
 */
public final class InstanceTuning {
  private static final List<Float> THRESHOLDS = List.of(0.4f, 0.5f, 0.6f, 0.7f);

  /** Smallest objects that are tried, as parts of the median area of the true ones. */
  private static final List<Double> AREAS = List.of(0.05, 0.1, 0.2);

  /** Smallest seeds, as parts of the smallest object: the rim takes most of a small one. */
  private static final List<Double> SEED_PARTS = List.of(0.25, 0.5);

  private static final int PASSES = 3;

  private static final double LEAST_IOU = InstanceAveragePrecision.THRESHOLDS.get(0);

  private InstanceTuning() {}

  /**
   * Finds the best parameters. Ties go to those of the segmenter, then to the lower thresholds and
   * sizes. Each image goes through the network three times, and one is in memory at a time.
   *
   * @param segmenter the network, and the parameters to begin with
   * @param data images with their true objects; nothing is chosen if there is none
   * @param progress told after every image of each pass; may cancel
   * @return the parameters
   * @throws IOException if an image or its labels cannot be read
   */
  public static Instances.Parameters tune(
      Segmenter segmenter, SegmentationDataset data, Progress progress) throws IOException {
    Instances.Parameters start = segmenter.parameters();
    if (data.size() == 0) {
      return start;
    }
    List<Integer> areas = new ArrayList<>();
    Instances.Parameters best = best(segmenter, data, thresholds(start), areas, pass(0, progress));
    best = best(segmenter, data, sizes(best, median(areas)), areas, pass(1, progress));
    return best(segmenter, data, thresholds(best), areas, pass(2, progress));
  }

  private static Progress pass(int number, Progress all) {
    return (done, total) -> all.update(number * total + done, PASSES * total);
  }

  private static List<Instances.Parameters> thresholds(Instances.Parameters p) {
    List<Instances.Parameters> all = new ArrayList<>(List.of(p));
    for (float foreground : THRESHOLDS) {
      for (float interior : THRESHOLDS) {
        all.add(
            new Instances.Parameters(
                interior,
                foreground,
                p.minSeedArea(),
                p.minArea(),
                p.keepSeedless(),
                p.fillHoles()));
      }
    }
    return all;
  }

  private static List<Instances.Parameters> sizes(Instances.Parameters p, double medianArea) {
    List<Instances.Parameters> all = new ArrayList<>(List.of(p));
    for (double part : AREAS) {
      double area = part * medianArea;
      for (double seedPart : SEED_PARTS) {
        for (boolean keepSeedless : List.of(p.keepSeedless(), !p.keepSeedless())) {
          all.add(
              new Instances.Parameters(
                  p.interiorThreshold(),
                  p.foregroundThreshold(),
                  atLeastOne(seedPart * area),
                  atLeastOne(area),
                  keepSeedless,
                  p.fillHoles()));
        }
      }
    }
    return all;
  }

  private static int atLeastOne(double pixels) {
    return (int) Math.max(1, Math.round(pixels));
  }

  private static double median(List<Integer> values) {
    int[] sorted = values.stream().mapToInt(v -> v).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }

  /** The best candidate; the areas of the true objects are added to {@code areas}. */
  private static Instances.Parameters best(
      Segmenter segmenter,
      SegmentationDataset data,
      List<Instances.Parameters> candidates,
      List<Integer> areas,
      Progress progress)
      throws IOException {
    double[] sums = new double[candidates.size()];
    for (int i = 0; i < data.size(); i++) {
      SegmentationDataset.Sample s = data.sample(i);
      LabelMap truth = LabelMap.of(s.image().width(), s.image().height(), s.labels());
      truth.regions().forEach(region -> areas.add(region.area()));
      ClassProbabilities probabilities = segmenter.probabilities(s.image(), Progress.NONE);
      for (int c = 0; c < sums.length; c++) {
        LabelMap found = Instances.extract(probabilities, candidates.get(c));
        sums[c] += InstanceAveragePrecision.score(truth, found).averagePrecision(LEAST_IOU);
      }
      progress.update(i + 1, data.size());
    }
    int best = 0;
    for (int c = 1; c < sums.length; c++) {
      if (sums[c] > sums[best]) {
        best = c;
      }
    }
    return candidates.get(best);
  }
}
