/** The closed set of primitives, the backends that implement them, and how one is chosen. */
package dev.fovea.engine.kernel;
