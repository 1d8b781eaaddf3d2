/**
 * Style transfer: pictures with the content of one picture and the manner of painting of others.
 */
package dev.fovea.visualize.style;
