package dev.fovea.benchmarks;

import dev.fovea.benchmarks.peer.Contender;
import dev.fovea.benchmarks.peer.TrainingNet;
import dev.fovea.benchmarks.peer.TrainingPeer;
import dev.fovea.engine.kernel.Backends;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Steps of trainings. The results are not those of the peer: the first weights differ. Each peer
 * and number of threads has a process of its own, because the peers' libraries for threads clash.
 */
@Command(
    name = "training",
    mixinStandardHelpOptions = true,
    description = "Steps of trainings, beside PyTorch and Deeplearning4j.")
final class TrainingCommand extends Comparison {

  private static final String PLAIN = "scalar";
  private static final long SEED = 4;

  @Option(
      names = "--peers",
      split = ",",
      description = "pytorch, dl4j (convnet only), and scalar: Fovea without the Vector module.")
  private List<String> peers = List.of("pytorch", "dl4j");

  @Option(names = "--networks", split = ",", description = "Names; all, if none is given.")
  private List<String> networks =
      Arrays.stream(TrainingNet.values()).map(TrainingNet::text).toList();

  @Override
  double usualSeconds(boolean quickly) {
    return quickly ? 2 : 10;
  }

  @Override
  void measure() throws IOException {
    List<String> others = new ArrayList<>(peers);
    boolean plain = others.remove(PLAIN);
    List<TrainingNet> nets = networks.stream().map(TrainingNet::named).toList();
    for (TrainingPeer peer : Peers.find(TrainingPeer.class, others, lines())) {
      for (int n : threads()) {
        if (NativeThreads.are(n)) {
          for (TrainingNet net : nets) {
            measure(net, n, peer);
          }
        } else {
          String names = String.join(",", networks);
          report()
              .addAll(
                  ChildJvm.run(
                      NativeThreads.environment(n),
                      choices("training", n, "--peers=" + peer.name(), "--networks=" + names)));
        }
      }
    }
    for (TrainingNet net : plain ? nets : List.<TrainingNet>of()) {
      for (int n : threads()) {
        float[] x = RandomValues.normal(net.input().size(), 1);
        int[] classes = classes(net);
        try (Contender other = FoveaTraining.open(net, x, classes, Backends.named(PLAIN), n)) {
          measure(net, n, PLAIN, x, classes, other);
        }
      }
    }
  }

  private void measure(TrainingNet net, int n, TrainingPeer peer) {
    float[] x = RandomValues.normal(net.input().size(), 1);
    int[] classes = classes(net);
    try (Contender other = peer.open(net, x, classes, n)) {
      measure(net, n, peer.name(), x, classes, other);
    } catch (IOException e) {
      lines().println(peer.name() + " is left out: " + e.getMessage());
    }
  }

  private void measure(
      TrainingNet net, int n, String name, float[] x, int[] classes, Contender other) {
    try (Contender ours = FoveaTraining.open(net, x, classes, Backends.defaultBackend(), n)) {
      compareUnequal(net.text(), name, net.batch(), n, 0, ours, other);
      requireLoss(net, "Fovea", ours);
      requireLoss(net, name, other);
    }
  }

  private static int[] classes(TrainingNet net) {
    Random random = new Random(SEED);
    return random.ints(net.target().size(), 0, net.classes()).toArray();
  }

  /** Steps that lead nowhere are no training. */
  private static void requireLoss(TrainingNet net, String side, Contender contender) {
    float loss = contender.result()[0];
    if (!(loss >= 0 && loss < Float.POSITIVE_INFINITY)) {
      throw new IllegalStateException(
          net.text() + ", " + side + ": found a loss of " + loss + ", expected a finite one");
    }
  }
}
