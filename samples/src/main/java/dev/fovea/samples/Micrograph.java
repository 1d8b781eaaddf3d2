package dev.fovea.samples;

import dev.fovea.engine.image.Image;

/**
 * A synthetic micrograph and its truth.
 *
 * @param image the picture
 * @param labels for every pixel, row-major, 0 for background or the number 1..n of its nucleus; not
 *     copied
 */
public record Micrograph(Image image, int[] labels) {}
