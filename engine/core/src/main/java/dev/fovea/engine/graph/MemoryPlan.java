package dev.fovea.engine.graph;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.tensor.Alignment;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Storage;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives tensors that are not alive at the same time the same memory.
 *
 * <p>Each request has a first and a last step of use. Requests are served in order of their first
 * step, each by the smallest free slot that is large enough; if none is, the largest free slot
 * grows (sizes are only numbers while planning); if none is free, a new slot is opened. Peers call
 * this greedy best fit; it is within some percent of the lower bound on the networks we know.
 */
final class MemoryPlan {

  // Elements of an array that small slots share.
  private static final int SHARED = 4 * Alignment.LARGE;

  /** A tensor to be placed. */
  private record Request(Object key, Shape shape, int first, int last) {}

  private static final class Slot {
    private int size;
    private int freeFrom;
    private Storage memory;
    private int start;

    Slot(int size) {
      this.size = size;
    }
  }

  private final List<Request> requests = new ArrayList<>();

  /**
   * Asks for memory.
   *
   * @param key what the tensor is found under later
   * @param first first step that writes or reads it
   * @param last last step that reads it
   */
  void request(Object key, Shape shape, int first, int last) {
    requests.add(new Request(key, shape, first, last));
  }

  /** Sum of all requests in bytes: the memory without reuse. */
  long requestedBytes() {
    return requests.stream().mapToLong(r -> (long) Float.BYTES * r.shape.size()).sum();
  }

  /** Size of all slots in bytes: the memory with reuse. */
  long bytes() {
    return bytes(place());
  }

  private static long bytes(Map<Request, Slot> placed) {
    return placed.values().stream().distinct().mapToLong(s -> (long) Float.BYTES * s.size).sum();
  }

  /**
   * Which slot each request is placed in, by its key. The numbers have no order.
   *
   * @return numbers from 0, the same for requests that share memory
   */
  Map<Object, Integer> slots() {
    Map<Slot, Integer> numbers = new HashMap<>();
    Map<Object, Integer> slots = new HashMap<>();
    place()
        .forEach(
            (r, s) -> {
              numbers.putIfAbsent(s, numbers.size());
              slots.put(r.key, numbers.get(s));
            });
    return slots;
  }

  /** Allocates the slots and places the tensors in them. */
  Allocation allocate(Backend backend) {
    Map<Request, Slot> placed = place();
    reserve(placed.values().stream().distinct().toList(), backend);
    Map<Object, Tensor> tensors = new HashMap<>();
    placed.forEach((r, s) -> tensors.put(r.key, Tensor.over(s.memory, s.start, r.shape)));
    return new Allocation(tensors, bytes(placed));
  }

  // Small slots share an array, to be aligned like large ones.
  private static void reserve(List<Slot> slots, Backend backend) {
    List<Slot> together = new ArrayList<>();
    int length = Alignment.START;
    for (Slot s : slots) {
      if (s.size >= Alignment.LARGE) {
        s.start = Alignment.START;
        s.memory = memory(backend, (long) Alignment.START + s.size);
        continue;
      }
      s.start = length;
      length += Alignment.padded(s.size);
      together.add(s);
      if (length >= SHARED) {
        hold(together, backend, length);
        length = Alignment.START;
      }
    }
    hold(together, backend, length);
  }

  private static void hold(List<Slot> together, Backend backend, int length) {
    if (!together.isEmpty()) {
      Storage memory = memory(backend, length);
      together.forEach(s -> s.memory = memory);
      together.clear();
    }
  }

  private static Storage memory(Backend backend, long length) {
    return backend.allocate(Shape.of(Math.toIntExact(length))).storage();
  }

  private Map<Request, Slot> place() {
    List<Slot> slots = new ArrayList<>();
    Map<Request, Slot> placed = new LinkedHashMap<>();
    List<Request> order = new ArrayList<>(requests);
    order.sort(
        Comparator.comparingInt(Request::first)
            .thenComparing(Comparator.comparingInt((Request r) -> r.shape.size()).reversed()));
    for (Request r : order) {
      Slot best = null;
      for (Slot s : slots) {
        if (s.freeFrom <= r.first && (best == null || better(s, best, r.shape.size()))) {
          best = s;
        }
      }
      if (best == null) {
        best = new Slot(r.shape.size());
        slots.add(best);
      }
      best.size = Math.max(best.size, r.shape.size());
      best.freeFrom = r.last + 1;
      placed.put(r, best);
    }
    return placed;
  }

  private static boolean better(Slot a, Slot b, int size) {
    boolean fitsA = a.size >= size;
    boolean fitsB = b.size >= size;
    if (fitsA != fitsB) {
      return fitsA;
    }
    return fitsA ? a.size < b.size : a.size > b.size;
  }

  /**
   * The outcome.
   *
   * @param tensors memory by key
   * @param bytes size of all slots
   */
  record Allocation(Map<Object, Tensor> tensors, long bytes) {}
}
