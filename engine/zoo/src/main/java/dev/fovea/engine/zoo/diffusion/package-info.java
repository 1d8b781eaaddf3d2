/** Denoising diffusion: noise schedules, the algebra of the process, sampling, a small U-Net. */
package dev.fovea.engine.zoo.diffusion;
