/**
 * Why a network says what it says: how much each pixel speaks for a class, a neuron, a detection or
 * a segment, by gradients, by class activation maps and by hiding parts of the picture; and tests
 * of whether such an explanation depends on what the network has learnt.
 */
package dev.fovea.visualize.attribution;
