/** Generative adversarial networks. */
package dev.fovea.engine.zoo.gan;
