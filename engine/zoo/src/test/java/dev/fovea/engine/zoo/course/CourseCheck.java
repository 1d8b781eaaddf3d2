package dev.fovea.engine.zoo.course;

import dev.fovea.engine.kernel.Backend;

/** Computes what an entry of the course expects. */
@FunctionalInterface
interface CourseCheck {

  /**
   * Computes and compares.
   *
   * @param entry the inputs
   * @param backend where to compute
   * @param found takes every expected output
   */
  void run(CourseEntry entry, Backend backend, Found found);
}
