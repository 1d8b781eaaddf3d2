/** What operators, backends and graphs are tested with: oracles, numeric gradients, a contract. */
package dev.fovea.engine.testkit;
