/**
 * Adversarial examples: pictures that a network gets wrong although they hardly differ from others,
 * and training against them.
 */
package dev.fovea.visualize.adversarial;
