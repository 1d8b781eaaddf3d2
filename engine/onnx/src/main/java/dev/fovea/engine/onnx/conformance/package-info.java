/** Runs the conformance tests of ONNX: models with inputs and expected outputs in folders. */
package dev.fovea.engine.onnx.conformance;
