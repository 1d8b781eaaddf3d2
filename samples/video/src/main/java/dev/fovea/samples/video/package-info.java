/** Objects found and followed in a video file. */
package dev.fovea.samples.video;
