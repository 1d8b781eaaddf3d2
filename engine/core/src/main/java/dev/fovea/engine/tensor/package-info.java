/** Shapes, and dense float32 tensors over host or device memory. */
package dev.fovea.engine.tensor;
