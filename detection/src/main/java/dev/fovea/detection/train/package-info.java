/** Training of detectors: samples, augmentation, and how a trainer is put together. */
package dev.fovea.detection.train;
