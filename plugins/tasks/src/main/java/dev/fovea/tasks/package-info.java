/**
 * Every user-facing job without a user interface. A job is a {@link dev.fovea.tasks.Task}: it
 * declares its parameters once, and the command line, the ImageJ dialogs and macros are all made
 * from that declaration.
 */
package dev.fovea.tasks;
