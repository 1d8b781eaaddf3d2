package dev.fovea.engine.zoo;

/**
 * A class with its probability.
 *
 * @param index class index of the model
 * @param label class name
 * @param probability in [0, 1]
 */
public record Prediction(int index, String label, double probability) {}
