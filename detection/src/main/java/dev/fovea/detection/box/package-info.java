/**
 * Geometry of detection, without state and without a network: boxes and how much they overlap,
 * non-maximum suppression, anchors, their matching to the truth, and the numbers that a network
 * gives for a box.
 *
 * <p>The frame: x to the right, y down, the pixel in column {@code c} and row {@code r} is the
 * square {@code [c, c + 1) x [r, r + 1)}. A box {@code [x1, y1, x2, y2]} is half-open in it, its
 * width is {@code x2 - x1}, and the box of a whole picture is {@code [0, 0, width, height]}.
 */
package dev.fovea.detection.box;
