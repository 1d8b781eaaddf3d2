/** Watching over networks and their training: gradient checks, statistics, histograms. */
package dev.fovea.engine.monitor;
