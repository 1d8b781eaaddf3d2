package dev.fovea.tasks;

import dev.fovea.engine.train.EpochResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a training gave.
 *
 * @param output the model file
 * @param sha256 hash of the file, in hexadecimal
 * @param weightsHash hash over the bits of the weights, in hexadecimal
 * @param parameters number of learnt numbers
 * @param epochs results of all epochs, those before a resume included
 * @param bestEpoch the epoch whose weights were kept, from 1
 * @param figures validation figures of that epoch, and those on a test split with the prefix {@code
 *     test_}
 * @param seconds duration of this run
 */
public record TrainResult(
    Path output,
    String sha256,
    String weightsHash,
    long parameters,
    List<EpochResult> epochs,
    int bestEpoch,
    Map<String, Double> figures,
    double seconds) {}
