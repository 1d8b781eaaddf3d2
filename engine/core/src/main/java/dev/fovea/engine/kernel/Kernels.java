package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;
import java.util.Optional;

/**
 * The closed set of primitives that every backend implements; all operators are written with these.
 *
 * <p>Rules that hold for every method:
 *
 * <ul>
 *   <li>Tensors are dense and row-major, may start at any offset of their storage, and must not
 *       overlap unless the method says so. Shapes have been checked by the operator; a kernel may
 *       trust them.
 *   <li>"Adds" means the result is added to what the target holds (gradients accumulate);
 *       "overwrites" means the target's old content does not matter, NaN included.
 *   <li>Results do not depend on the number of threads: work is split by output, and every sum has
 *       one fixed order.
 *   <li>An instance may be used by several threads at a time.
 * </ul>
 */
public interface Kernels {

  /**
   * {@code c = alpha op(a) op(b) + beta c} for matrices; {@code op} transposes where asked.
   *
   * <p>With {@code beta == 0} the old content of {@code c} is not read (NaN does not survive).
   *
   * @param a {@code [M, K]}, or {@code [K, M]} if {@code transA}
   * @param b {@code [K, N]}, or {@code [N, K]} if {@code transB}
   * @param c {@code [M, N]}
   */
  void gemm(boolean transA, boolean transB, float alpha, Tensor a, Tensor b, float beta, Tensor c);

  /**
   * Cross-correlation: {@code y[n,o] (+)= sum_i w[o,i] * x[n,i] + bias[o]}.
   *
   * <p>Here and in the poolings, images stand for all that a window can slide over: sequences
   * {@code [N, C, W]}, images {@code [N, C, H, W]} and volumes {@code [N, C, D, H, W]}, by {@link
   * Window#dimensions}; weights alike.
   *
   * @param x {@code [N, C, H, W]}
   * @param w {@code [O, C / groups, kernelH, kernelW]}
   * @param bias {@code [O]}, or null for none
   * @param accumulate adds to {@code y} if true, else overwrites it
   * @param y {@code [N, O, OH, OW]}
   */
  void convForward(
      Window g, int groups, Tensor x, Tensor w, Tensor bias, boolean accumulate, Tensor y);

  /**
   * A convolution and what often follows it, in one pass over the output: {@code y[n,o] = f(sum_i
   * w[o,i] * x[n,i] + bias[o] + z[n,o])}; overwrites y.
   *
   * @param bias {@code [O]}, or null for none
   * @param z of y's shape, or null for none; may be y itself
   * @param f as in {@link #unary}, with its parameters; null for the identity
   * @param y {@code [N, O, OH, OW]}
   */
  void convActivated(
      Window g,
      int groups,
      Tensor x,
      Tensor w,
      Tensor bias,
      Tensor z,
      Unary f,
      float alpha,
      float beta,
      Tensor y);

  /**
   * Gradient of {@link #convForward} by its data; adds to {@code dx}.
   *
   * @param dy {@code [N, O, OH, OW]}
   * @param w {@code [O, C / groups, kernelH, kernelW]}
   * @param dx {@code [N, C, H, W]}
   */
  void convByData(Window g, int groups, Tensor dy, Tensor w, Tensor dx);

  /**
   * Gradient of {@link #convForward} by its weights; adds to {@code dw}.
   *
   * @param x {@code [N, C, H, W]}
   * @param dy {@code [N, O, OH, OW]}
   * @param dw {@code [O, C / groups, kernelH, kernelW]}
   */
  void convByWeights(Window g, int groups, Tensor x, Tensor dy, Tensor dw);

  /** Maximum over each window; padding never wins. {@code x [N, C, H, W]}; overwrites y. */
  void maxPool(Window g, Tensor x, Tensor y);

  /**
   * Gradient of {@link #maxPool}; adds to {@code dx}. Among equal maxima the first in row-major
   * order of the window takes the whole gradient; it is found again from {@code x}.
   */
  void maxPoolBackward(Window g, Tensor x, Tensor dy, Tensor dx);

  /**
   * Where each maximum of {@link #maxPool} stands, as an index into all of {@code x} in row-major
   * order, the first of equal maxima; overwrites {@code indices}.
   */
  void maxPoolIndices(Window g, Tensor x, Tensor indices);

  /**
   * {@code y[indices[i]] = x[i]} and 0 elsewhere; the last {@code i} wins. Overwrites y.
   *
   * @param indices of x's shape, into all of y
   * @throws IllegalArgumentException if an index is outside of y
   */
  void maxUnpool(Tensor x, Tensor indices, Tensor y);

  /** Gradient of {@link #maxUnpool}; adds to {@code dx}. */
  void maxUnpoolBackward(Tensor dy, Tensor indices, Tensor dx);

  /**
   * Mean over each window; overwrites y.
   *
   * @param countPadding divide by all window positions inside the padded input, else only by those
   *     inside the input; positions beyond the padded input (ceil mode) never count
   */
  void averagePool(Window g, boolean countPadding, Tensor x, Tensor y);

  /** Gradient of {@link #averagePool}; adds to {@code dx}. */
  void averagePoolBackward(Window g, boolean countPadding, Tensor dy, Tensor dx);

  /**
   * The p-norm of each window, {@code (sum |x|^p)^(1/p)}; overwrites y.
   *
   * @param p 1 or more
   */
  void lpPool(Window g, int p, Tensor x, Tensor y);

  /**
   * Gradient of {@link #lpPool} from its output: {@code dx += dy sign(x) (|x| / y)^(p-1)}, and
   * nothing where y is 0.
   */
  void lpPoolBackward(Window g, int p, Tensor x, Tensor y, Tensor dy, Tensor dx);

  /**
   * {@code y = f(x)} elementwise; overwrites y, which may be x itself. Parameters that the function
   * does not have are ignored.
   */
  void unary(Unary f, float alpha, float beta, Tensor x, Tensor y);

  /**
   * {@code dx += f'(x) dy}. Some derivatives are cheaper from {@code y = f(x)}: of x and y only the
   * one is read that {@link Unary#derivativeFromValue} tells, and the other may be null.
   */
  void unaryBackward(Unary f, float alpha, float beta, Tensor x, Tensor y, Tensor dy, Tensor dx);

  /**
   * {@code y = f(a, b)} elementwise, {@code a} and {@code b} broadcast to y's shape; overwrites y,
   * which may be {@code a} itself if it has y's shape.
   */
  void binary(Binary f, Tensor a, Tensor b, Tensor y);

  /**
   * {@code y = alpha x + beta y} elementwise, same size; with beta 0 the old y is not read. x may
   * be y itself.
   */
  void axpby(float alpha, Tensor x, float beta, Tensor y);

  /**
   * Reduces {@code x} to {@code y}: y's shape is aligned with x's at the innermost dimension; an
   * extent of 1 (or a missing outer one) is reduced, others are equal. The adjoint of broadcasting.
   *
   * @param accumulate adds to {@code y} if true, else overwrites it
   */
  void reduce(Reduce f, Tensor x, boolean accumulate, Tensor y);

  /**
   * Softmax over the middle of {@code [outer, n, inner]}: {@code y = exp(x - max) / sum}.
   * Overwrites y, which may be x itself.
   */
  void softmax(int outer, int n, int inner, Tensor x, Tensor y);

  /** Gradient of {@link #softmax} from its output: {@code dx += y (dy - sum(y dy))}. */
  void softmaxBackward(int outer, int n, int inner, Tensor y, Tensor dy, Tensor dx);

  /**
   * Resizes the dimensions in space of {@code x [N, C, H, W]}, {@code [N, C, W]} or {@code [N, C,
   * D, H, W]} to those of y; overwrites y. Coordinates outside the image are clamped to its border.
   */
  void resize(Interpolation g, Tensor x, Tensor y);

  /** Gradient of {@link #resize}; adds to {@code dx}. */
  void resizeBackward(Interpolation g, Tensor dy, Tensor dx);

  /**
   * Coordinates of an affine map for each pixel of an output: {@code grid[n, ...] = theta[n] (x, y,
   * 1)}, with the pixel's own normalised coordinates {@code x, y} (see {@link Sampling}).
   * Overwrites the grid.
   *
   * @param theta {@code [N, 2, 3]}, or {@code [N, 3, 4]} for volumes
   * @param grid {@code [N, H, W, 2]}, or {@code [N, D, H, W, 3]}; x comes first
   */
  void affineGrid(boolean alignCorners, Tensor theta, Tensor grid);

  /** Gradient of {@link #affineGrid}; adds to {@code dtheta}. */
  void affineGridBackward(boolean alignCorners, Tensor dgrid, Tensor dtheta);

  /**
   * Reads images, or volumes, at the coordinates of a grid; overwrites y.
   *
   * @param x {@code [N, C, H, W]}, or {@code [N, C, D, H, W]}
   * @param grid {@code [N, OH, OW, 2]}, or {@code [N, OD, OH, OW, 3]}, normalised, x first
   * @param y {@code [N, C, OH, OW]}, or {@code [N, C, OD, OH, OW]}
   */
  void gridSample(Sampling g, Tensor x, Tensor grid, Tensor y);

  /** Gradients of {@link #gridSample}; adds to {@code dx} and {@code dgrid} unless null. */
  void gridSampleBackward(Sampling g, Tensor x, Tensor grid, Tensor dy, Tensor dx, Tensor dgrid);

  /**
   * Pools regions of interest to bins by bilinear samples; overwrites y. A sample more than one
   * pixel outside of the image counts as 0; nearer ones are moved to its border. He et al., "Mask
   * R-CNN", 2017.
   *
   * @param x {@code [N, C, H, W]}
   * @param rois {@code [R, 4]}: x1, y1, x2, y2
   * @param batch {@code [R]}: the image of each region
   * @param y {@code [R, C, PH, PW]}
   * @throws IllegalArgumentException if there is no such image
   */
  void roiAlign(RoiWindow g, Tensor x, Tensor rois, Tensor batch, Tensor y);

  /** Gradient of {@link #roiAlign} by its images; adds to {@code dx}. */
  void roiAlignBackward(RoiWindow g, Tensor x, Tensor rois, Tensor batch, Tensor dy, Tensor dx);

  /**
   * Pools regions of interest to bins by the maximum of their pixels; corners are rounded, and both
   * belong to the region. 0 where a bin has no pixels. Overwrites y. Girshick, "Fast R-CNN", 2015.
   *
   * @param scale from the coordinates of the regions to those of the features
   * @param x {@code [N, C, H, W]}
   * @param rois {@code [R, 5]}: the image, x1, y1, x2, y2
   * @param y {@code [R, C, PH, PW]}
   * @throws IllegalArgumentException if there is no such image
   */
  void roiMaxPool(float scale, Tensor x, Tensor rois, Tensor y);

  /** Gradient of {@link #roiMaxPool} by its images; adds to {@code dx}. */
  void roiMaxPoolBackward(float scale, Tensor x, Tensor rois, Tensor dy, Tensor dx);

  /**
   * Mean and biased variance of each channel over batch and space; overwrites both. Sums in double,
   * two passes: the one-pass formula cancels for large means.
   *
   * @param x {@code [N, C, ...]}
   * @param mean {@code [C]}
   * @param variance {@code [C]}
   */
  void channelMoments(Tensor x, Tensor mean, Tensor variance);

  /**
   * {@code y = scale[c] x + shift[c]}; overwrites y, which may be x itself.
   *
   * @param x {@code [N, C, ...]}
   * @param scale {@code [C]}
   * @param shift {@code [C]}
   */
  void channelAffine(Tensor x, Tensor scale, Tensor shift, Tensor y);

  /**
   * The two channel sums that every normalisation's gradient needs; overwrites both: {@code
   * sumDy[c] = sum dy}, {@code sumDyXhat[c] = sum dy (x - mean[c]) invStd[c]}.
   */
  void channelGradientSums(
      Tensor x, Tensor dy, Tensor mean, Tensor invStd, Tensor sumDy, Tensor sumDyXhat);

  /**
   * {@code dx += a[c] dy + b[c] x + d[c]}: with suitable coefficients, the gradient of every
   * channel-wise normalisation by its input.
   */
  void channelCombine(Tensor a, Tensor dy, Tensor b, Tensor x, Tensor d, Tensor dx);

  /**
   * Copies {@code count} blocks of {@code length} elements: block {@code i} from {@code srcStart +
   * i * srcStride} to {@code dstStart + i * dstStride} (element indices inside the tensors).
   *
   * @param accumulate adds if true, else overwrites
   */
  void copyBlocks(
      int count,
      int length,
      Tensor src,
      int srcStart,
      int srcStride,
      Tensor dst,
      int dstStart,
      int dstStride,
      boolean accumulate);

  /**
   * Copies elements from any places to any others: transposition, slices with steps, repetition.
   * Different indices must have different targets, save along loops whose target stride is 0: with
   * {@code accumulate} their elements are summed, in double.
   *
   * @param accumulate adds if true, else overwrites
   */
  void copyStrided(StridedCopy g, Tensor source, Tensor target, boolean accumulate);

  /**
   * {@code y = condition != 0 ? a : b}, all three broadcast to y's shape; overwrites y, which may
   * be {@code a} itself if it has y's shape.
   */
  void select(Tensor condition, Tensor a, Tensor b, Tensor y);

  /**
   * Picks by indices: {@code y[o, i, j] (+)= x[o, index(o, i, j), j]}, see {@link Indexing}.
   *
   * @param accumulate adds to {@code y} if true, else overwrites it
   * @throws IndexOutOfBoundsException if an index is none
   */
  void gather(Indexing g, Tensor x, Tensor indices, boolean accumulate, Tensor y);

  /**
   * Puts by indices, the adjoint of {@link #gather}: {@code x[o, index(o, i, j), j] (+)= y[o, i,
   * j]}, for {@code i} in rising order: where indices are equal the last one wins, or all are
   * added. What no index names is left as it is.
   *
   * @param accumulate adds to {@code x} if true, else overwrites what is named
   * @throws IndexOutOfBoundsException if an index is none
   */
  void scatter(Indexing g, Tensor y, Tensor indices, boolean accumulate, Tensor x);

  /**
   * Combines by indices: {@code x[o, index(o, i, j), j] = f(x[o, index(o, i, j), j], y[o, i, j])},
   * for {@code i} in rising order. What no index names is left as it is.
   *
   * @throws IndexOutOfBoundsException if an index is none
   */
  void scatterWith(Binary f, Indexing g, Tensor y, Tensor indices, Tensor x);

  /**
   * The {@code k} largest or smallest along the middle of {@code x [outer, n, inner]}, best first;
   * overwrites both outputs {@code [outer, k, inner]}. NaN counts as larger than all numbers.
   *
   * @param lastOfEqual whether of equal elements the one of the highest index comes first, else the
   *     one of the lowest
   * @param values the elements; null if not wanted
   * @param indices their indices
   */
  void topK(
      int outer,
      int n,
      int inner,
      int k,
      boolean largest,
      boolean lastOfEqual,
      Tensor x,
      Tensor values,
      Tensor indices);

  /**
   * Non-maximum suppression for each image and class alone; overwrites {@code selected} with a row
   * of image, class and box for each box that stays: by image, then by class, then by falling
   * score. The rows after them are -1.
   *
   * @param boxes {@code [N, B, 4]}
   * @param scores {@code [N, C, B]}
   * @param selected {@code [R, 3]} with room for all
   */
  void nonMaxSuppression(GreedyNms g, Tensor boxes, Tensor scores, Tensor selected);

  /** Sets every element. */
  void fill(float value, Tensor y);

  /**
   * An inverted-dropout mask: element {@code i} is {@code 0} with probability {@code ratio}, else
   * {@code 1 / (1 - ratio)}, a pure function of {@code (seed, i)}. Overwrites the mask.
   */
  void dropoutMask(long seed, float ratio, Tensor mask);

  /**
   * Primitives on channel-blocked images, where these are faster; empty if this implementation has
   * none.
   */
  Optional<BlockedKernels> blocked();
}
