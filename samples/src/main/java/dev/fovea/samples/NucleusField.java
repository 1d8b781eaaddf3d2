package dev.fovea.samples;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Nuclei strewn over a picture, some alone and some in touching clusters, with the label of every
 * pixel. Where two overlap a little, the earlier one keeps its pixels.
 */
final class NucleusField {
  private static final int TRIES = 40;
  private static final double MOST_OVERLAP = 0.1;
  private static final int LEAST_AREA = 20;

  private final int width;
  private final int height;
  private final int[] labels;
  private final List<Nucleus> nuclei = new ArrayList<>();

  NucleusField(Random random, SyntheticMicroscope.Scene scene, double elongation) {
    this.width = scene.width();
    this.height = scene.height();
    this.labels = new int[width * height];
    for (int n = 0; n < scene.nuclei(); n++) {
      // A crowded picture may hold fewer nuclei than were asked for.
      boolean placed = false;
      for (int t = 0; t < TRIES && !placed; t++) {
        Nucleus shape = Nucleus.random(random, scene.radius(), elongation);
        placed = place(somewhere(random, shape, scene.clustering()));
      }
    }
  }

  /** Labels 1..n in the order of {@link #nuclei()}, 0 between them. */
  int[] labels() {
    return labels;
  }

  List<Nucleus> nuclei() {
    return nuclei;
  }

  private Nucleus somewhere(Random random, Nucleus shape, double clustering) {
    if (!nuclei.isEmpty() && random.nextDouble() < clustering) {
      Nucleus neighbour = nuclei.get(random.nextInt(nuclei.size()));
      double angle = 2 * Math.PI * random.nextDouble();
      double distance =
          (shape.meanRadius() + neighbour.meanRadius()) * (0.85 + 0.2 * random.nextDouble());
      return shape.at(
          neighbour.x() + distance * StrictMath.cos(angle),
          neighbour.y() + distance * StrictMath.sin(angle));
    }
    return shape.at(width * random.nextDouble(), height * random.nextDouble());
  }

  /** Paints the label if enough of the nucleus lies in the picture and little over others. */
  private boolean place(Nucleus nucleus) {
    List<Integer> free = new ArrayList<>();
    int[] covered = {0};
    forEachPixel(
        nucleus,
        (i, radius) -> {
          if (radius < 1) {
            covered[0]++;
            if (labels[i] == 0) {
              free.add(i);
            }
          }
        });
    if (free.size() < LEAST_AREA || free.size() < covered[0] * (1 - MOST_OVERLAP)) {
      return false;
    }
    nuclei.add(nucleus);
    free.forEach(i -> labels[i] = nuclei.size());
    return true;
  }

  /** Visits all pixels of the picture that a nucleus or its soft edge may cover. */
  void forEachPixel(Nucleus nucleus, Nucleus.PixelVisitor visitor) {
    nucleus.forEachPixel(width, height, visitor);
  }
}
