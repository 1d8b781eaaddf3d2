/**
 * Pictures: the one picture type {@link dev.fovea.engine.image.Image}, reading and writing files,
 * geometric and photometric transforms, augmentation, and the way from a picture to a model's input
 * tensor.
 *
 * <p>The frame is the same everywhere: pixel {@code (x, y)} has its origin at the top left, {@code
 * x} grows to the right and {@code y} downwards; planes are stored row by row. Continuous
 * coordinates put the centre of pixel {@code (x, y)} at {@code (x + 0.5, y + 0.5)}.
 */
package dev.fovea.engine.image;
