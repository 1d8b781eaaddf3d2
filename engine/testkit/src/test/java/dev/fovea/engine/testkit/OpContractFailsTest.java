package dev.fovea.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Resize;
import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.op.Sigmoid;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.testkit.OpContract.Clause;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract is worth what it catches: operators and backends broken on purpose. */
class OpContractFailsTest {

  private static final Backend SCALAR = Backends.named("scalar");
  private static final Shape IMAGES = Shape.of(2, 3, 5, 7);

  private static void violates(Clause clause, Backend backend, Op op, Shape... inputs) {
    OpContract contract = new OpContract(OpSpec.Example.of(op, inputs), 42);
    ContractViolation v = assertThrows(ContractViolation.class, () -> contract.check(backend));
    assertEquals(clause, v.clause(), v.getMessage());
    assertTrue(v.getMessage().contains(op.spec().name()), v.getMessage());
  }

  private static void violates(Clause clause, Op op, Shape... inputs) {
    violates(clause, SCALAR, op, inputs);
  }

  @Test
  void anUnalteredOperatorPasses() {
    Op same = new DelegatingOp(new Softmax(1)) {};
    OpContract contract = new OpContract(OpSpec.Example.of(same, IMAGES), 42);
    assertDoesNotThrow(() -> contract.check(SCALAR));
    assertDoesNotThrow(() -> contract.check(AlteredBackend.before("softmax", (n, a) -> {})));
  }

  // Its outputs sum to one: with a cotangent of ones, the numeric gradient is zero too.
  @Test
  void softmaxWithoutBackward() {
    Op op =
        new DelegatingOp(new Softmax(1)) {
          @Override
          public void backward(Backward r) {}
        };
    violates(Clause.GRADIENT, op, Shape.of(4, 10));
  }

  @Test
  void gradientSetInsteadOfAdded() {
    Op op =
        new DelegatingOp(new Relu()) {
          @Override
          public void backward(Backward r) {
            r.kernels().fill(0, r.gradient(0));
            super.backward(r);
          }
        };
    violates(Clause.ACCUMULATION, op, IMAGES);
  }

  @Test
  void gradientAddedTwice() {
    Op op =
        new DelegatingOp(new Sigmoid()) {
          @Override
          public void backward(Backward r) {
            super.backward(r);
            super.backward(r);
          }
        };
    violates(Clause.GRADIENT, op, IMAGES);
  }

  @Test
  void biasWithoutGradient() {
    Op op =
        new DelegatingOp(Gemm.dense()) {
          @Override
          public void backward(Backward r) {
            super.backward(proxy(Backward.class, r, "inputs", 2));
          }
        };
    violates(Clause.GRADIENT, op, Shape.of(5, 7), Shape.of(3, 7), Shape.of(3));
  }

  @Test
  void statisticsTakenForConstantsInTraining() {
    Op op =
        new DelegatingOp(new BatchNormalization(1e-5f, 0.9f)) {
          @Override
          public void backward(Backward r) {
            super.backward(proxy(Backward.class, r, "training", false));
          }
        };
    Shape c = Shape.of(3);
    violates(Clause.GRADIENT, op, IMAGES, c, c, c, c);
  }

  @Test
  void statisticsTakenForVariablesInInference() {
    Op op =
        new DelegatingOp(new BatchNormalization(1e-5f, 0.9f)) {
          @Override
          public void backward(Backward r) {
            super.backward(proxy(Backward.class, r, "training", true));
          }
        };
    Shape c = Shape.of(3);
    violates(Clause.GRADIENT, op, IMAGES, c, c, c, c);
  }

  @Test
  void shapeRuleThatAcceptsAnyChannels() {
    Op op =
        new DelegatingOp(Conv.square(3, 1, 1)) {
          @Override
          public List<Shape> inferShapes(List<Shape> in) {
            if (in.size() < 2 || in.get(0).rank() != 4 || in.get(1).rank() != 4) {
              return super.inferShapes(in);
            }
            return List.of(in.get(0).with(1, in.get(1).dim(0)));
          }
        };
    violates(Clause.REFUSAL, op, Shape.of(2, 3, 7, 5), Shape.of(4, 3, 3, 3));
  }

  @Test
  void shapeRuleThatDoesNotSayWhatItFound() {
    Op op =
        new DelegatingOp(Conv.square(3, 1, 1)) {
          @Override
          public List<Shape> inferShapes(List<Shape> in) {
            try {
              return super.inferShapes(in);
            } catch (ShapeException e) {
              throw new ShapeException("Conv: expected something else");
            }
          }
        };
    violates(Clause.REFUSAL, op, Shape.of(2, 3, 7, 5), Shape.of(4, 3, 3, 3));
  }

  @Test
  void shapeRuleThatFailsInsteadOfRefusing() {
    Op op =
        new DelegatingOp(new Softmax(1)) {
          @Override
          public List<Shape> inferShapes(List<Shape> in) {
            return List.of(Shape.of(in.get(0).toArray()));
          }
        };
    violates(Clause.REFUSAL, op, Shape.of(4, 10));
  }

  @Test
  void shapeRuleThatPromisesTooMuch() {
    Op op =
        new DelegatingOp(new Sigmoid()) {
          @Override
          public List<Shape> inferShapes(List<Shape> in) {
            Shape y = super.inferShapes(in).get(0);
            return List.of(y.with(0, y.dim(0) + 1));
          }
        };
    violates(Clause.FORWARD, op, Shape.of(3, 33));
  }

  @Test
  void inputOverwritten() {
    Op op =
        new DelegatingOp(new Relu()) {
          @Override
          public void forward(Forward r) {
            super.forward(r);
            r.kernels().axpby(1, r.output(0), 0, r.input(0));
          }
        };
    violates(Clause.MODIFICATION, op, IMAGES);
  }

  @Test
  void cotangentOverwritten() {
    Op op =
        new DelegatingOp(new Relu()) {
          @Override
          public void backward(Backward r) {
            super.backward(r);
            r.kernels().axpby(0, r.cotangent(0), 0.5f, r.cotangent(0));
          }
        };
    violates(Clause.MODIFICATION, op, IMAGES);
  }

  @Test
  void outputUsedAsScratchInBackward() {
    Op op =
        new DelegatingOp(new Sigmoid()) {
          @Override
          public void backward(Backward r) {
            super.backward(r);
            r.kernels().fill(0, r.output(0));
          }
        };
    violates(Clause.MODIFICATION, op, IMAGES);
  }

  @Test
  void memoryForBackwardTakenForGranted() {
    Op op =
        new DelegatingOp(new Relu()) {
          @Override
          public List<Shape> saved(List<Shape> in) {
            return in;
          }

          @Override
          public void forward(Forward r) {
            super.forward(r);
            r.kernels().axpby(1, r.output(0), 0, r.saved(0));
          }
        };
    violates(Clause.FORWARD, op, IMAGES);
  }

  @Test
  void everyGradientTakenForGranted() {
    Op op =
        new DelegatingOp(new Mul()) {
          @Override
          public void backward(Backward r) {
            r.kernels().axpby(0, r.gradient(0), 1, r.gradient(0));
            super.backward(r);
          }
        };
    violates(Clause.BACKWARD, op, IMAGES, IMAGES);
  }

  @Test
  void randomnessOfItsOwn() {
    Op op =
        new DelegatingOp(new Dropout(0.5f)) {
          private long calls;

          @Override
          public void forward(Forward r) {
            super.forward(proxy(Forward.class, r, "seed", calls++));
          }
        };
    violates(Clause.FORWARD, op, IMAGES);
  }

  @Test
  void kernelThatWritesPastTheEnd() {
    Backend b =
        AlteredBackend.after(
            "unary",
            (threads, a) -> {
              Tensor y = AlteredBackend.target(a);
              y.array()[y.offset() + y.size()] = 0;
            });
    violates(Clause.BOUNDS, b, new Relu(), IMAGES);
  }

  @Test
  void kernelThatForgetsTheOffset() {
    Backend b =
        AlteredBackend.after(
            "maxPool",
            (threads, a) -> {
              Tensor y = AlteredBackend.target(a);
              System.arraycopy(y.array(), y.offset(), y.array(), 0, y.size());
            });
    violates(Clause.FORWARD, b, MaxPool.square(2, 2, 0), Shape.of(2, 3, 6, 8));
  }

  @Test
  void kernelThatOverwritesAGradient() {
    Backend b =
        AlteredBackend.before("convByWeights", (threads, a) -> AlteredBackend.target(a).fill(0));
    violates(Clause.ACCUMULATION, b, Conv.square(3, 1, 1), IMAGES, Shape.of(4, 3, 3, 3));
  }

  @Test
  void kernelWhoseResultDependsOnThreads() {
    Backend b =
        AlteredBackend.after(
            "gemm",
            (threads, a) -> {
              Tensor y = AlteredBackend.target(a);
              y.array()[y.offset()] += (threads - 1) * 1e-6f * Math.abs(y.get(0));
            });
    violates(Clause.THREADS, b, Gemm.dense(), Shape.of(5, 7), Shape.of(3, 7));
  }

  @Test
  void kernelThatIsNotQuiteRight() {
    Backend b =
        AlteredBackend.after(
            "resize",
            (threads, a) -> {
              Tensor y = AlteredBackend.target(a);
              y.array()[y.offset() + y.size() - 1] += 1e-3f;
            });
    violates(Clause.FORWARD, b, Resize.bilinear(2), Shape.of(2, 3, 4, 5));
  }

  @Test
  void kernelThatSpoilsACotangent() {
    Backend b =
        AlteredBackend.before(
            "reduce",
            (threads, a) -> {
              Tensor dy = (Tensor) a[1];
              dy.array()[dy.offset()] = 0;
            });
    violates(Clause.MODIFICATION, b, new Add(), IMAGES, Shape.of(1, 3, 1, 1));
  }

  /** A view of a run in which one method answers something else. */
  private static <T> T proxy(Class<T> type, T run, String method, Object answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, m, arguments) ->
                m.getName().equals(method) ? answer : m.invoke(run, arguments)));
  }
}
