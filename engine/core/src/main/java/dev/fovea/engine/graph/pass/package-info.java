/** Graphs rewritten into graphs that compute the same: for faster inference, and for training. */
package dev.fovea.engine.graph.pass;
