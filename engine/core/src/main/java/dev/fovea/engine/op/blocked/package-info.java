/**
 * Operators on channel-blocked images {@code [N, ceil(C / L), H, W, L]}, into which graphs are
 * brought for a backend whose vectors have {@code L} lanes; those with packed weights for inference
 * only. They have no form in files.
 */
package dev.fovea.engine.op.blocked;
