// dropout and random_mask.

#include "../random.h"
#include "elements.h"

namespace KERNEL_NAMESPACE {

namespace {

// Calls body(offset within the range, count, factors) for pieces of elements [first, first + count) of a stream, where
// a factor is `below` where the uniform number (24 bits) is below the threshold and `above` elsewhere.
struct MaskRule {
  RandomStream stream;
  int32 threshold;
  float below;
  float above;

  template <class Body>
  KERNEL_INLINE void forFactors(index first, index count, Body body) const {
    alignas(64) uint32 words[randomGroup];
    alignas(64) float factors[randomGroup];
    for (index done = 0; done < count;) {
      const index group = (first + done) / randomGroup;
      const index skipped = first + done - group * randomGroup;
      const index left = count - done;
      const index taken = randomGroup - skipped < left ? randomGroup - skipped : left;
      stream.words(group, words);
      for (index i = 0; i < randomGroup; i++) factors[i] = int32(words[i] >> 8) < threshold ? below : above;
      body(done, taken, factors + skipped);
      done += taken;
    }
  }
};

MaskRule readRule(Reader& reader) {
  const int32* random = reader.integers();
  const int32 stream = reader.integer();
  const int32 threshold = reader.integer();
  const float below = reader.number();
  return {RandomStream(random, stream), threshold, below, reader.number()};
}

}  // namespace

void dropout(Reader& reader, const Context& context) {
  const MaskRule rule = readRule(reader);
  const MatrixView input = reader.matrix();
  const MatrixView output = reader.matrix();
  const index rows = rowCount(context, reader.flag());
  const bool sharedOverTime = reader.flag();
  const bool accumulate = reader.flag();
  const index columns = input.columns;
  const Range own = split(context, rows, 1);
  for (index row = own.begin; row < own.end; row++) {
    const index maskRow = sharedOverTime ? row % context.batch : row;
    const float* from = rowOf(input, row);
    float* to = rowOf(output, row);
    rule.forFactors(maskRow * columns, columns, [&](index offset, index count, const float* factors) {
      forVectors(0, count, [&](index i, auto access) {
        const Vector value = access.load(from + offset + i) * access.load(factors + i);
        access.store(to + offset + i, accumulate ? access.load(to + offset + i) + value : value);
      });
    });
  }
}

void random_mask(Reader& reader, const Context& context) {
  const MaskRule rule = readRule(reader);
  float* mask = reader.floats();
  const index columns = reader.integer();
  const index count = rowCount(context, reader.flag()) * columns;
  const Range own = split(context, count, blockElements);
  rule.forFactors(own.begin, own.end - own.begin, [&](index offset, index taken, const float* factors) {
    for (index i = 0; i < taken; i++) mask[own.begin + offset + i] = factors[i];
  });
}

}  // namespace KERNEL_NAMESPACE
