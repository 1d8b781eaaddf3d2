/** What the layers of a network answer to: activations, strongest patches, nearest pictures. */
package dev.fovea.visualize.inside;
