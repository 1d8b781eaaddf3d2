/** Training: losses, optimizers, schedules, the training loop and its checkpoints. */
package dev.fovea.engine.train;
