/** Layers with parameters, and how these get their first values. */
package dev.fovea.engine.nn;
