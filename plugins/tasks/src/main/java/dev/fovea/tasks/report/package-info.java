/** What a training looks like: a page for people, event files for TensorBoard. */
package dev.fovea.tasks.report;
