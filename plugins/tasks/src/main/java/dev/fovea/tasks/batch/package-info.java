/**
 * Tasks over many files: finding them, naming outputs so that none is lost, one bad file never
 * ending a run, and a manifest that says what happened.
 */
package dev.fovea.tasks.batch;
