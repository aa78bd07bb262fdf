// loss: shares the rows out in blocks and adds their sums in order.

#include "loss.h"

namespace KERNEL_NAMESPACE {

void loss(Reader& reader, const Context& context) {
  LossArguments loss;
  loss.predictions = reader.matrix();
  loss.targets = reader.floats();
  loss.weights = reader.floats();
  loss.gradient = reader.matrix();
  loss.scale = reader.floats()[scalarLossScale];
  float* results = reader.floats();
  float* partial = reader.floats();
  const index rows = rowCount(context, reader.flag());
  const LossKind kind = LossKind(reader.integer());
  const bool accumulate = reader.flag();
  loss.first = reader.number();
  loss.second = reader.number();
  const int32 listed = reader.integer();
  loss.list = listed == 0 ? nullptr : reader.numbers(listed);

  const bool labels = kind == LossKind::crossEntropy || kind == LossKind::focal;
  const index blocks = (rows + lossRows - 1) / lossRows;
  const Range own = split(context, blocks, 1);
  for (index block = own.begin; block < own.end; block++) {
    const index begin = block * lossRows;
    const index end = begin + lossRows < rows ? begin + lossRows : rows;
    storeDouble(partial, block,
                labels ? classLoss(kind, loss, begin, end) : elementLoss(kind, loss, begin, end));
  }
  context.barrier(context);
  if (context.thread == 0) {
    const double before = accumulate ? results[resultLoss] : 0.0;
    results[resultLoss] = float(before + loss.scale * sumDoubles(partial, blocks));
  }
}

}  // namespace KERNEL_NAMESPACE
