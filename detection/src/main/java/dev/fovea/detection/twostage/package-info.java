/**
 * Detectors of two stages: regions that may hold an object, and a network that looks at each of
 * them. R-CNN, Fast R-CNN, Faster R-CNN with a feature pyramid, and Mask R-CNN; one file for each
 * architecture.
 */
package dev.fovea.detection.twostage;
