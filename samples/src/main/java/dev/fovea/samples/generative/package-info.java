/**
 * Networks that make samples, trained by hand-written steps: how the gradient of one network goes
 * through another one.
 */
package dev.fovea.samples.generative;
