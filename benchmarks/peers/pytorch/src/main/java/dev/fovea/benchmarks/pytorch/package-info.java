/** PyTorch by the Deep Java Library, as a peer of the benchmarks. */
package dev.fovea.benchmarks.pytorch;
