/**
 * Matrices and video frames of OpenCV as images and back; the only place that sees OpenCV, and
 * optional.
 */
package dev.fovea.engine.opencv;
