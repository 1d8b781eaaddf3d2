/**
 * Semantic and instance segmentation: label maps and their geometry, class targets for training,
 * tiling of large images, instances from class probabilities, and measures of quality.
 *
 * <p>All pixel grids are row-major with the origin at the top left; the pixel with index {@code y *
 * width + x} covers the half-open square {@code [x, x + 1) x [y, y + 1)}.
 */
package dev.fovea.segmentation;
