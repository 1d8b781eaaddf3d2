/**
 * Model files: graphs with their weights and model card, written and read as ONNX. The only place
 * that sees the protobuf classes.
 */
package dev.fovea.engine.onnx;
