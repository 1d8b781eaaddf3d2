/** Runs models on ONNX Runtime; the only place that sees its native library. */
package dev.fovea.engine.onnxruntime;
