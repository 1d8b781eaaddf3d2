/** The command line, over the tasks of {@link dev.fovea.tasks}. */
package dev.fovea.batch;
