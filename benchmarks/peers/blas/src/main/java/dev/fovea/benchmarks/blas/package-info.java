/** oneDNN and OpenBLAS, as peers of the benchmarks. */
package dev.fovea.benchmarks.blas;
