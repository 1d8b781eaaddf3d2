/** Operators: immutable records named after ONNX, with shapes, forward and backward. */
package dev.fovea.engine.op;
