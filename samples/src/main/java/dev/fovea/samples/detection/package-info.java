/** Detectors in use, and what the figures in the guide were measured with. */
package dev.fovea.samples.detection;
