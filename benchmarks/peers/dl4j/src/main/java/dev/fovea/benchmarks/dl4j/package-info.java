/** Deeplearning4j, as a peer of the benchmarks. */
package dev.fovea.benchmarks.dl4j;
