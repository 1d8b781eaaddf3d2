package dev.fovea.samples;

import dev.fovea.engine.image.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Draws handwritten-looking digits from strokes of its own, so no font of the machine takes part:
 * the same digit and seed give the same picture everywhere. As in MNIST the ink is white (255) on
 * black (0), the digit fits a box of 20 pixels and its centre of mass is in the middle of 28 x 28.
 */
public final class RenderedDigits {
  /** Width and height of a picture in pixels. */
  public static final int SIZE = 28;

  private static final double BOX = 20;
  private static final int STEPS = 12;

  // For each digit its ways of writing; each is a list of strokes, x, y, x, y, ... in a unit box
  // with y down. A stroke is a smooth curve through its points.
  private static final double[][][][] SHAPES = {
    {
      {
        {
          .52, .0, .25, .08, .1, .32, .08, .62, .22, .9, .48, 1., .75, .9, .9, .62, .88, .3, .74,
          .08, .5, .0
        }
      }
    },
    {
      {{.55, .0, .52, .5, .5, 1.}},
      {{.22, .24, .42, .12, .56, .0}, {.56, .0, .54, .5, .53, 1.}}
    },
    {
      {
        {.1, .26, .22, .06, .52, .0, .8, .1, .84, .34, .64, .6, .34, .84, .06, .98},
        {.06, .98, .4, .94, .92, .97}
      },
      {
        {
          .12, .2, .3, .02, .6, .0, .8, .16, .76, .42, .52, .72, .22, .96, .08, .9, .14, .78, .36,
          .82, .62, .96, .94, .9
        }
      }
    },
    {
      {
        {.12, .1, .4, .0, .7, .06, .8, .25, .64, .42, .36, .48},
        {.36, .48, .68, .53, .86, .72, .74, .93, .42, 1., .08, .9}
      }
    },
    {
      {
        {.2, .0, .14, .28, .1, .55},
        {.1, .55, .5, .57, .92, .52},
        {.74, .02, .7, .5, .66, 1.}
      },
      {{.66, .0, .36, .34, .04, .64}, {.04, .64, .5, .65, .94, .62}, {.68, .3, .66, .65, .64, 1.}}
    },
    {
      {
        {.86, .0, .55, .03, .26, .03},
        {.26, .03, .22, .24, .18, .44},
        {.18, .44, .46, .36, .78, .48, .86, .72, .66, .95, .34, 1., .06, .9}
      }
    },
    {
      {{.72, .0, .42, .16, .2, .44, .12, .74, .28, .97, .58, .98, .8, .8, .7, .6, .44, .56, .2, .7}}
    },
    {
      {{.06, .06, .44, .04, .9, .02}, {.9, .02, .62, .44, .42, 1.}},
      {{.06, .06, .44, .04, .9, .02}, {.9, .02, .62, .44, .42, 1.}, {.34, .52, .56, .5, .8, .48}}
    },
    {
      {
        {
          .78, .13, .52, .0, .25, .1, .27, .32, .52, .5, .8, .7, .76, .93, .48, 1., .2, .9, .2, .68,
          .48, .5, .74, .33, .78, .13
        }
      }
    },
    {
      {
        {.8, .2, .58, .0, .28, .06, .14, .3, .32, .5, .62, .44, .8, .2},
        {.8, .2, .78, .6, .7, 1.}
      },
      {
        {.8, .2, .58, .0, .28, .06, .14, .3, .32, .5, .62, .44, .8, .2},
        {.8, .2, .82, .62, .64, .94, .3, .98}
      }
    }
  };

  private RenderedDigits() {}

  /**
   * Draws a digit: one of its ways of writing, slanted, turned and wavered a little, with a thick
   * soft pen and faint noise on the ink and the paper.
   *
   * @param digit 0 to 9
   * @param seed seed of all chance
   * @return grey 8-bit picture of 28 x 28 pixels
   * @throws IllegalArgumentException if {@code digit} is not 0 to 9
   */
  public static Image draw(int digit, long seed) {
    if (digit < 0 || digit >= SHAPES.length) {
      throw new IllegalArgumentException("digit is " + digit + ", expected 0 to 9");
    }
    // Neighbouring seeds of java.util.Random begin alike; the odd factor spreads them.
    Random random = new Random(seed * 0x9E3779B97F4A7C15L + digit);
    double[][][] ways = SHAPES[digit];
    List<double[][]> curves = new ArrayList<>();
    for (double[] stroke : ways[random.nextInt(ways.length)]) {
      curves.add(stroke(stroke, random));
    }
    slantAndTurn(curves, random);
    double penRadius = 1 + 0.6 * random.nextDouble();
    fitToBox(curves, BOX - 2 * penRadius);
    double[] ink = centredInk(curves, penRadius);
    byte[] samples = new byte[SIZE * SIZE];
    for (int i = 0; i < samples.length; i++) {
      double value = 252 * ink[i] + 3 * random.nextGaussian();
      samples[i] = (byte) Math.max(0, Math.min(255, (int) Math.rint(value)));
    }
    return Image.ofUint8(SIZE, SIZE, samples);
  }

  /** A Catmull-Rom curve through the wavered points, as {x, y} pairs close to each other. */
  private static double[][] stroke(double[] points, Random random) {
    int n = points.length / 2;
    double[] x = new double[n];
    double[] y = new double[n];
    boolean closed = points[0] == points[2 * n - 2] && points[1] == points[2 * n - 1];
    for (int i = 0; i < n; i++) {
      x[i] = points[2 * i] + 0.025 * random.nextGaussian();
      y[i] = points[2 * i + 1] + 0.025 * random.nextGaussian();
    }
    double[][] curve = new double[(n - 1) * STEPS + 1][];
    for (int i = 0; i < n - 1; i++) {
      int before = i > 0 ? i - 1 : closed ? n - 2 : 0;
      int after = i + 2 < n ? i + 2 : closed ? 1 : n - 1;
      for (int s = 0; s < STEPS; s++) {
        double t = (double) s / STEPS;
        curve[i * STEPS + s] =
            new double[] {
              catmullRom(x[before], x[i], x[i + 1], x[after], t),
              catmullRom(y[before], y[i], y[i + 1], y[after], t)
            };
      }
    }
    curve[curve.length - 1] = new double[] {x[n - 1], y[n - 1]};
    return curve;
  }

  private static double catmullRom(double p0, double p1, double p2, double p3, double t) {
    return p1
        + t / 2 * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)));
  }

  private static void slantAndTurn(List<double[][]> curves, Random random) {
    double aspect = 0.62 + 0.3 * random.nextDouble();
    double slant = 0.08 + 0.14 * Math.max(-2, Math.min(2, random.nextGaussian()));
    double angle = 0.07 * Math.max(-2, Math.min(2, random.nextGaussian()));
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    for (double[][] curve : curves) {
      for (double[] p : curve) {
        double x = aspect * (p[0] - 0.5) - slant * (p[1] - 0.5);
        double y = p[1] - 0.5;
        p[0] = x * cos - y * sin;
        p[1] = x * sin + y * cos;
      }
    }
  }

  /** Scales the longer side of the bounding box to {@code size} pixels. */
  private static void fitToBox(List<double[][]> curves, double size) {
    double[] low = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
    double[] high = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (double[][] curve : curves) {
      for (double[] p : curve) {
        for (int d = 0; d < 2; d++) {
          low[d] = Math.min(low[d], p[d]);
          high[d] = Math.max(high[d], p[d]);
        }
      }
    }
    double scale = size / Math.max(high[0] - low[0], high[1] - low[1]);
    for (double[][] curve : curves) {
      for (double[] p : curve) {
        for (int d = 0; d < 2; d++) {
          p[d] = (p[d] - (low[d] + high[d]) / 2) * scale + SIZE / 2.0;
        }
      }
    }
  }

  /** Draws twice: the first time to find the centre of mass, the second with it in the middle. */
  private static double[] centredInk(List<double[][]> curves, double penRadius) {
    double[] ink = ink(curves, penRadius);
    double mass = 0;
    double massX = 0;
    double massY = 0;
    for (int i = 0; i < ink.length; i++) {
      mass += ink[i];
      massX += ink[i] * (i % SIZE + 0.5);
      massY += ink[i] * (i / SIZE + 0.5);
    }
    for (double[][] curve : curves) {
      for (double[] p : curve) {
        p[0] += SIZE / 2.0 - massX / mass;
        p[1] += SIZE / 2.0 - massY / mass;
      }
    }
    return ink(curves, penRadius);
  }

  /** Darkness of every pixel in [0, 1], falling off over 1.4 pixels at the edge of the pen. */
  private static double[] ink(List<double[][]> curves, double penRadius) {
    double[] ink = new double[SIZE * SIZE];
    for (int i = 0; i < ink.length; i++) {
      double distance = distance(curves, i % SIZE + 0.5, i / SIZE + 0.5);
      ink[i] = Math.max(0, Math.min(1, (penRadius + 0.7 - distance) / 1.4));
    }
    return ink;
  }

  private static double distance(List<double[][]> curves, double x, double y) {
    double least = Double.POSITIVE_INFINITY;
    for (double[][] curve : curves) {
      for (int i = 0; i + 1 < curve.length; i++) {
        least = Math.min(least, squaredDistance(curve[i], curve[i + 1], x, y));
      }
    }
    return Math.sqrt(least);
  }

  private static double squaredDistance(double[] from, double[] to, double x, double y) {
    double dx = to[0] - from[0];
    double dy = to[1] - from[1];
    double length = dx * dx + dy * dy;
    double along = length == 0 ? 0 : ((x - from[0]) * dx + (y - from[1]) * dy) / length;
    double t = Math.max(0, Math.min(1, along));
    double ex = from[0] + t * dx - x;
    double ey = from[1] + t * dy - y;
    return ex * ex + ey * ey;
  }
}
