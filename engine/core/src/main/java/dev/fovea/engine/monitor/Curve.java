package dev.fovea.engine.monitor;

import java.util.ArrayList;
import java.util.List;

/**
 * A figure over the steps of a training, in bounded memory: when there are too many points, two
 * neighbours become their mean. Not thread-safe.
 */
public final class Curve {
  /** Most points that are kept. */
  public static final int MOST = 2000;

  /**
   * A point.
   *
   * @param step the first step it stands for, from 0
   * @param value mean over its steps
   */
  public record Point(long step, double value) {}

  private final List<Point> points = new ArrayList<>();
  private long width = 1;
  private double sum;
  private long count;

  /** A curve without points. */
  public Curve() {}

  /** Adds the value of a step; steps ascend by one. */
  public void add(long step, double value) {
    sum += value;
    count++;
    if (count >= width) {
      points.add(new Point(step + 1 - count, sum / count));
      sum = 0;
      count = 0;
    }
    if (points.size() >= MOST) {
      halve();
    }
  }

  private void halve() {
    List<Point> half = new ArrayList<>();
    for (int i = 0; i + 1 < points.size(); i += 2) {
      Point a = points.get(i);
      half.add(new Point(a.step(), (a.value() + points.get(i + 1).value()) / 2));
    }
    points.clear();
    points.addAll(half);
    width *= 2;
  }

  /** The points so far. */
  public List<Point> points() {
    return List.copyOf(points);
  }

  /** Takes over points of an earlier run, all before a step. */
  public void restore(List<Point> earlier, long before) {
    points.clear();
    earlier.stream().filter(p -> p.step() < before).limit(MOST - 1).forEach(points::add);
    width = points.size() < 2 ? 1 : Math.max(1, points.get(1).step() - points.get(0).step());
    points.removeIf(p -> p.step() + width > before);
    sum = 0;
    count = 0;
  }

  /**
   * The points as an exponential moving mean, corrected for its start: {@code m = b m + (1 - b) v;
   * m / (1 - b^n)}.
   *
   * @param beta {@code b} in [0, 1)
   */
  public static List<Point> smooth(List<Point> points, double beta) {
    List<Point> smooth = new ArrayList<>();
    double mean = 0;
    double weight = 0;
    for (Point p : points) {
      if (Double.isFinite(p.value())) {
        mean = beta * mean + (1 - beta) * p.value();
        weight = beta * weight + (1 - beta);
      }
      smooth.add(new Point(p.step(), weight == 0 ? p.value() : mean / weight));
    }
    return smooth;
  }
}
