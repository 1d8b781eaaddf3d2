package dev.fovea.benchmarks.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.util.PairList;
import dev.fovea.benchmarks.peer.TrainingNet;

/** Features become the first state of an LSTM that reads words and scores the next ones. */
final class Captioner extends AbstractBlock {

  private final int words;
  private final Block project = addChildBlock("project", Parts.dense(TrainingNet.HIDDEN));
  private final Block lstm =
      addChildBlock(
          "lstm",
          new LSTM.Builder()
              .setStateSize(TrainingNet.HIDDEN)
              .setNumLayers(1)
              .optBatchFirst(true)
              .build());
  private final Block scores;
  private final Parameter embedding;

  Captioner(int words) {
    this.words = words;
    scores = addChildBlock("scores", Parts.dense(words));
    embedding =
        addParameter(
            Parameter.builder()
                .setName("embedding")
                .setType(Parameter.Type.WEIGHT)
                .optShape(new Shape(words, TrainingNet.EMBEDDING))
                .optInitializer(new NormalInitializer(0.01f))
                .build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray features = inputs.get(0);
    NDArray indices = inputs.get(1);
    NDArray first =
        project.forward(store, new NDList(features), training).singletonOrThrow().expandDims(0);
    NDArray table = store.getValue(embedding, features.getDevice(), training);
    NDArray x =
        indices
            .getNDArrayInternal()
            .embedding(indices, table, SparseFormat.DENSE)
            .singletonOrThrow();
    NDArray states = lstm.forward(store, new NDList(x, first, first.zerosLike()), training).get(0);
    NDArray flat = states.reshape(-1, TrainingNet.HIDDEN);
    return scores.forward(store, new NDList(flat), training);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
    long n = inputs[0].get(0);
    long length = inputs[1].get(1);
    project.initialize(manager, type, inputs[0]);
    lstm.initialize(manager, type, new Shape(n, length, TrainingNet.EMBEDDING));
    scores.initialize(manager, type, new Shape(n * length, TrainingNet.HIDDEN));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return new Shape[] {new Shape(inputs[0].get(0) * inputs[1].get(1), words)};
  }
}
