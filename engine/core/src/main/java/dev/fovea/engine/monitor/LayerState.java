package dev.fovea.engine.monitor;

/**
 * A layer in one step of a training.
 *
 * @param name of its node
 * @param activations what it gives, after its normalisation and nonlinearity
 * @param gradients of the loss by these
 * @param updateRatio {@code |update| / |weights|} of its weights, about 1e-3 where the learning
 *     rate is right; infinite from all zeros
 */
public record LayerState(
    String name, Histogram activations, Histogram gradients, double updateRatio) {}
