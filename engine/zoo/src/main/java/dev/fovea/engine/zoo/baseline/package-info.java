/**
 * Classifiers from before the convolutional ones: neighbours, linear models, hand-made features.
 */
package dev.fovea.engine.zoo.baseline;
