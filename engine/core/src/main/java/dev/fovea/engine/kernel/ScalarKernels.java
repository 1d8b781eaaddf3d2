package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;
import java.util.Optional;

/**
 * The kernels in plain Java, tuned to what the JVM's compiler vectorises. Thread-safe.
 *
 * <p>Products and convolutions share their drivers with faster implementations, which bring their
 * own {@link Multiplier} and override what else they do better.
 */
public class ScalarKernels implements Kernels {

  private final MatrixProducts products;
  private final Convolutions convolutions;
  private final WeightGradients weightGradients;
  private final VolumeConvolutions volumeConvolutions;
  private final Pooling pooling;
  private final Elementwise elementwise;
  private final Broadcasts broadcasts;
  private final Softmax softmax;
  private final Resizing resizing;
  private final Channels channels;
  private final Movements movements;
  private final Indexed indexed;
  private final GridSampling gridSampling;
  private final RegionPooling regionPooling;

  /** Kernels on at most the given threads. */
  public ScalarKernels(Parallel parallel) {
    this(parallel, new ScalarMultiplier(), new Functions());
  }

  /** Kernels with other innermost loops for products and convolutions, and for functions. */
  protected ScalarKernels(Parallel parallel, Multiplier multiplier, Functions functions) {
    products = new MatrixProducts(multiplier, parallel);
    convolutions = new Convolutions(multiplier, functions, parallel);
    weightGradients = new WeightGradients(multiplier, parallel);
    volumeConvolutions = new VolumeConvolutions(convolutions, weightGradients, parallel);
    pooling = new Pooling(parallel);
    elementwise = new Elementwise(functions, parallel);
    broadcasts = new Broadcasts(elementwise, parallel);
    softmax = new Softmax(functions, parallel);
    resizing = new Resizing(parallel);
    channels = new Channels(parallel);
    movements = new Movements(parallel);
    indexed = new Indexed(parallel);
    gridSampling = new GridSampling(parallel);
    regionPooling = new RegionPooling(parallel);
  }

  @Override
  public void gemm(
      boolean transA, boolean transB, float alpha, Tensor a, Tensor b, float beta, Tensor c) {
    products.gemm(transA, transB, alpha, a, b, beta, c);
  }

  @Override
  public void convForward(
      Window g, int groups, Tensor x, Tensor w, Tensor bias, boolean accumulate, Tensor y) {
    convActivated(g, groups, x, w, bias, accumulate ? y : null, null, 0, 0, y);
  }

  @Override
  public void convActivated(
      Window g,
      int groups,
      Tensor x,
      Tensor w,
      Tensor bias,
      Tensor z,
      Unary f,
      float alpha,
      float beta,
      Tensor y) {
    Convolutions.Tail tail = new Convolutions.Tail(bias, f, alpha, beta);
    if (g.dimensions() == 3) {
      volumeConvolutions.forward(g, groups, x, w, z, tail, y);
    } else {
      Tensor addend = z == null ? null : Volume.image(z);
      convolutions.forward(
          g, groups, Volume.image(x), Volume.image(w), addend, tail, Volume.image(y));
    }
  }

  @Override
  public void convByData(Window g, int groups, Tensor dy, Tensor w, Tensor dx) {
    if (g.dimensions() == 3) {
      volumeConvolutions.byData(g, groups, dy, w, dx);
    } else {
      convolutions.byData(g, groups, Volume.image(dy), Volume.image(w), Volume.image(dx));
    }
  }

  @Override
  public void convByWeights(Window g, int groups, Tensor x, Tensor dy, Tensor dw) {
    if (g.dimensions() == 3) {
      volumeConvolutions.byWeights(g, groups, x, dy, dw);
    } else {
      weightGradients.add(g, groups, Volume.image(x), Volume.image(dy), Volume.image(dw));
    }
  }

  @Override
  public void maxPool(Window g, Tensor x, Tensor y) {
    pooling.max(g, x, y);
  }

  @Override
  public void maxPoolBackward(Window g, Tensor x, Tensor dy, Tensor dx) {
    pooling.maxBackward(g, x, dy, dx);
  }

  @Override
  public void maxPoolIndices(Window g, Tensor x, Tensor indices) {
    pooling.maxIndices(g, x, indices);
  }

  @Override
  public void maxUnpool(Tensor x, Tensor indices, Tensor y) {
    Unpooling.forward(x, indices, y);
  }

  @Override
  public void maxUnpoolBackward(Tensor dy, Tensor indices, Tensor dx) {
    Unpooling.backward(dy, indices, dx);
  }

  @Override
  public void averagePool(Window g, boolean countPadding, Tensor x, Tensor y) {
    pooling.average(g, countPadding, x, y);
  }

  @Override
  public void averagePoolBackward(Window g, boolean countPadding, Tensor dy, Tensor dx) {
    pooling.averageBackward(g, countPadding, dy, dx);
  }

  @Override
  public void lpPool(Window g, int p, Tensor x, Tensor y) {
    pooling.power(g, p, x, y);
  }

  @Override
  public void lpPoolBackward(Window g, int p, Tensor x, Tensor y, Tensor dy, Tensor dx) {
    pooling.powerBackward(g, p, x, y, dy, dx);
  }

  @Override
  public void unary(Unary f, float alpha, float beta, Tensor x, Tensor y) {
    elementwise.unary(f, alpha, beta, x, y);
  }

  @Override
  public void unaryBackward(
      Unary f, float alpha, float beta, Tensor x, Tensor y, Tensor dy, Tensor dx) {
    elementwise.unaryBackward(f, alpha, beta, x, y, dy, dx);
  }

  @Override
  public void binary(Binary f, Tensor a, Tensor b, Tensor y) {
    broadcasts.binary(f, a, b, y);
  }

  @Override
  public void axpby(float alpha, Tensor x, float beta, Tensor y) {
    elementwise.axpby(alpha, x, beta, y);
  }

  @Override
  public void reduce(Reduce f, Tensor x, boolean accumulate, Tensor y) {
    broadcasts.reduce(f, x, accumulate, y);
  }

  @Override
  public void softmax(int outer, int n, int inner, Tensor x, Tensor y) {
    softmax.forward(outer, n, inner, x, y);
  }

  @Override
  public void softmaxBackward(int outer, int n, int inner, Tensor y, Tensor dy, Tensor dx) {
    softmax.backward(outer, n, inner, y, dy, dx);
  }

  @Override
  public void resize(Interpolation g, Tensor x, Tensor y) {
    resizing.forward(g, x, y);
  }

  @Override
  public void resizeBackward(Interpolation g, Tensor dy, Tensor dx) {
    resizing.backward(g, dy, dx);
  }

  @Override
  public void affineGrid(boolean alignCorners, Tensor theta, Tensor grid) {
    gridSampling.affine(alignCorners, theta, grid);
  }

  @Override
  public void affineGridBackward(boolean alignCorners, Tensor dgrid, Tensor dtheta) {
    gridSampling.affineBackward(alignCorners, dgrid, dtheta);
  }

  @Override
  public void gridSample(Sampling g, Tensor x, Tensor grid, Tensor y) {
    gridSampling.forward(g, x, grid, y);
  }

  @Override
  public void gridSampleBackward(
      Sampling g, Tensor x, Tensor grid, Tensor dy, Tensor dx, Tensor dgrid) {
    gridSampling.backward(g, x, grid, dy, dx, dgrid);
  }

  @Override
  public void roiAlign(RoiWindow g, Tensor x, Tensor rois, Tensor batch, Tensor y) {
    regionPooling.align(g, x, rois, batch, y);
  }

  @Override
  public void roiAlignBackward(
      RoiWindow g, Tensor x, Tensor rois, Tensor batch, Tensor dy, Tensor dx) {
    regionPooling.alignBackward(g, x, rois, batch, dy, dx);
  }

  @Override
  public void roiMaxPool(float scale, Tensor x, Tensor rois, Tensor y) {
    regionPooling.max(scale, x, rois, y);
  }

  @Override
  public void roiMaxPoolBackward(float scale, Tensor x, Tensor rois, Tensor dy, Tensor dx) {
    regionPooling.maxBackward(scale, x, rois, dy, dx);
  }

  @Override
  public void channelMoments(Tensor x, Tensor mean, Tensor variance) {
    channels.moments(x, mean, variance);
  }

  @Override
  public void channelAffine(Tensor x, Tensor scale, Tensor shift, Tensor y) {
    channels.affine(x, scale, shift, y);
  }

  @Override
  public void channelGradientSums(
      Tensor x, Tensor dy, Tensor mean, Tensor invStd, Tensor sumDy, Tensor sumDyXhat) {
    channels.gradientSums(x, dy, mean, invStd, sumDy, sumDyXhat);
  }

  @Override
  public void channelCombine(Tensor a, Tensor dy, Tensor b, Tensor x, Tensor d, Tensor dx) {
    channels.combine(a, dy, b, x, d, dx);
  }

  @Override
  public void copyBlocks(
      int count,
      int length,
      Tensor src,
      int srcStart,
      int srcStride,
      Tensor dst,
      int dstStart,
      int dstStride,
      boolean accumulate) {
    elementwise.copyBlocks(
        count, length, src, srcStart, srcStride, dst, dstStart, dstStride, accumulate);
  }

  @Override
  public void copyStrided(StridedCopy g, Tensor source, Tensor target, boolean accumulate) {
    movements.copy(g, source, target, accumulate);
  }

  @Override
  public void select(Tensor condition, Tensor a, Tensor b, Tensor y) {
    movements.select(condition, a, b, y);
  }

  @Override
  public void gather(Indexing g, Tensor x, Tensor indices, boolean accumulate, Tensor y) {
    indexed.gather(g, x, indices, accumulate, y);
  }

  @Override
  public void scatter(Indexing g, Tensor y, Tensor indices, boolean accumulate, Tensor x) {
    indexed.scatter(g, y, indices, accumulate, x);
  }

  @Override
  public void scatterWith(Binary f, Indexing g, Tensor y, Tensor indices, Tensor x) {
    indexed.scatterWith(f, g, y, indices, x);
  }

  @Override
  public void topK(
      int outer,
      int n,
      int inner,
      int k,
      boolean largest,
      boolean lastOfEqual,
      Tensor x,
      Tensor values,
      Tensor indices) {
    indexed.topK(outer, n, inner, k, largest, lastOfEqual, x, values, indices);
  }

  @Override
  public void nonMaxSuppression(GreedyNms g, Tensor boxes, Tensor scores, Tensor selected) {
    indexed.nonMaxSuppression(g, boxes, scores, selected);
  }

  @Override
  public void fill(float value, Tensor y) {
    elementwise.fill(value, y);
  }

  @Override
  public void dropoutMask(long seed, float ratio, Tensor mask) {
    elementwise.dropoutMask(seed, ratio, mask);
  }

  @Override
  public Optional<BlockedKernels> blocked() {
    return Optional.empty();
  }
}
