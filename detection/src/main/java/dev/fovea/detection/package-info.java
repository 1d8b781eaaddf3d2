/** Objects in pictures, true ones and found ones, and the detectors that find them. */
package dev.fovea.detection;
