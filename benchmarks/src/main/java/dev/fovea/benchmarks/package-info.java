/** JMH benchmarks of the engine. */
package dev.fovea.benchmarks;
