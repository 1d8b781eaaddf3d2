package dev.fovea.engine.zoo.course;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.zoo.gan.GanNetworks;
import java.util.Map;

/** Generative adversarial networks. */
final class GanChecks {

  private GanChecks() {}

  static Map<String, CourseCheck> all() {
    return Map.of("gan_parameter_counts", GanChecks::parameters);
  }

  private static void parameters(CourseEntry e, Backend backend, Found found) {
    found.precise("discriminator", GanNetworks.discriminator(1).parameterCount());
    found.precise("generator", GanNetworks.generator(4, 1).parameterCount());
    found.precise("dc_discriminator", GanNetworks.convolutionalDiscriminator(1).parameterCount());
    found.precise("dc_generator", GanNetworks.convolutionalGenerator(4, 1).parameterCount());
  }
}
