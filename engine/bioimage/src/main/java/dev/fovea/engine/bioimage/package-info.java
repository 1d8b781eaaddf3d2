/**
 * Model packages of <a href="https://bioimage.io">bioimage.io</a>: a description in YAML, weights,
 * test tensors. Reads them, makes a network's input of images and images of its output.
 */
package dev.fovea.engine.bioimage;
