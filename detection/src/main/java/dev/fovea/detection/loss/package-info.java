/**
 * Losses that only detectors have, with their gradients. The focal loss and the smooth L1 loss are
 * among those of the engine, {@link dev.fovea.engine.train.ElementLoss}.
 */
package dev.fovea.detection.loss;
