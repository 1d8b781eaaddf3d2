/**
 * The catalogue of public models, and their download when a user asks for one. The only place that
 * uses the network.
 */
package dev.fovea.tasks.library;
