/** Fovea beside others, and JMH benchmarks of its kernels. */
package dev.fovea.benchmarks;
