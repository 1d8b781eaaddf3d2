/**
 * Changing trained networks: a classifier made dense, a head replaced for transfer learning. All
 * are functions from graph to graph, for graphs of any origin.
 */
package dev.fovea.engine.zoo.surgery;
