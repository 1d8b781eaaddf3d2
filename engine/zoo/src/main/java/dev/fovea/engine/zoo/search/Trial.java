package dev.fovea.engine.zoo.search;

import java.util.Map;

/**
 * One measured combination of hyper-parameters.
 *
 * @param candidate its number in the list of candidates, from 0
 * @param values of the hyper-parameters by name
 * @param budget how much it was given, such as epochs
 * @param score what it reached; higher is better, NaN if it failed
 * @param seconds how long it took
 */
public record Trial(
    int candidate, Map<String, Double> values, int budget, double score, double seconds) {}
