/**
 * Pictures with one object, and what came before proposals: classification with a box, keypoints by
 * regression, and a classifier that slides over a picture.
 */
package dev.fovea.detection.single;
