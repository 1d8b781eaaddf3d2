/** What detection speaks of: objects in pictures, true ones and found ones. */
package dev.fovea.detection;
