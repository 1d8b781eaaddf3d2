package dev.fovea.tasks.batch;

import java.nio.file.Path;

/**
 * A file to work on.
 *
 * @param path where it is
 * @param name its path below the input folder, with {@code /} between folders; unique in a run
 * @param outputBase beginning of the names of its outputs below the output folder, unique in a run:
 *     the name without its extension, or with it where two files differ in nothing else
 */
public record InputFile(Path path, String name, String outputBase) {}
