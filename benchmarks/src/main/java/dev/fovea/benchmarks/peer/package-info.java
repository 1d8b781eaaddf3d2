/** What the benchmarks ask of those that Fovea is measured against. */
package dev.fovea.benchmarks.peer;
