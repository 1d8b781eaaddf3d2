/**
 * Operators on channel-blocked images {@code [N, ceil(C / L), H, W, L]}, into which graphs for
 * inference are brought for a backend whose vectors have {@code L} lanes. They have no gradients
 * and no form in files.
 */
package dev.fovea.engine.op.blocked;
