/** Static graphs in the ONNX vocabulary, and the sessions that run them forward and backward. */
package dev.fovea.engine.graph;
