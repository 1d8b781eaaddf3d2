/** Regions that may hold an object of any kind, found without learning. */
package dev.fovea.detection.proposal;
