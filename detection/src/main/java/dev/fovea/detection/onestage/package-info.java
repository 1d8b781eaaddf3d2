/**
 * Detectors of one stage: a network that says for every cell of its maps which boxes are there,
 * without proposals. One file for each architecture, with its network, losses and format.
 */
package dev.fovea.detection.onestage;
