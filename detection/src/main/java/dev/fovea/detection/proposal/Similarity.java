package dev.fovea.detection.proposal;

/**
 * How alike two neighbouring regions are, from 0 to 1 (Uijlings et al. 2013, section 3.2). Several
 * are added up. Thread-safe.
 */
public enum Similarity {
  /** What their histograms of colours have in common. */
  COLOR {
    @Override
    double of(Region a, Region b, int pixels) {
      return common(a.colors(), b.colors());
    }
  },

  /** What their histograms of gradients have in common. */
  TEXTURE {
    @Override
    double of(Region a, Region b, int pixels) {
      return common(a.textures(), b.textures());
    }
  },

  /** The part of the picture that is not in the two: small regions are joined early. */
  SIZE {
    @Override
    double of(Region a, Region b, int pixels) {
      return 1 - (double) (a.size() + b.size()) / pixels;
    }
  },

  /** How well they fill the box around both: 1 less the part of the picture that is a gap. */
  FILL {
    @Override
    double of(Region a, Region b, int pixels) {
      double around = a.box().enclosing(b.box()).area();
      return 1 - (around - a.size() - b.size()) / pixels;
    }
  };

  /**
   * The similarity of two regions.
   *
   * @param pixels of the whole picture
   */
  abstract double of(Region a, Region b, int pixels);

  private static double common(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.min(a[i], b[i]);
    }
    return sum;
  }
}
