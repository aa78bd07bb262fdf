// The random numbers of engine/base/rng.ts: Philox4x32-10 (Salmon et al. 2011), as many blocks at a time as a vector
// has lanes.
#pragma once

#include "vector.h"

namespace KERNEL_NAMESPACE {

namespace detail {

typedef uint32 WordVector __attribute__((vector_size(vectorLanes * 4)));
typedef uint64 WideVector __attribute__((vector_size(vectorLanes * 4)));
typedef long long SignedWideVector __attribute__((vector_size(vectorLanes * 4)));

// WebAssembly has a 64-bit product of numbers, but no fast one of vectors: there a block is made at a time.
#if defined(__wasm__)
using PhiloxWord = uint32;
#else
using PhiloxWord = WordVector;
#endif

template <class Word>
struct Product {
  Word low;
  Word high;
};

KERNEL_INLINE Product<uint32> multiplyWords(uint32 a, uint32 b) {
  const uint64 product = uint64(a) * b;
  return {uint32(product), uint32(product >> 32)};
}

// 64-bit products of the words in even lanes. Only the vector instruction that does this is fast, and gcc does not find
// it by itself.
KERNEL_INLINE WideVector multiplyEven(WordVector a, WordVector b) {
#if defined(__AVX512F__) && !defined(__clang__)
  return (WideVector)__builtin_ia32_pmuludq512_mask((IntVector)a, (IntVector)b, SignedWideVector{}, 0xff);
#elif defined(__AVX2__) && !defined(__clang__)
  return (WideVector)__builtin_ia32_pmuludq256((IntVector)a, (IntVector)b);
#elif defined(__SSE2__) && !defined(__clang__)
  return (WideVector)__builtin_ia32_pmuludq128((IntVector)a, (IntVector)b);
#else
  return ((WideVector)a & 0xffffffffu) * ((WideVector)b & 0xffffffffu);
#endif
}

KERNEL_INLINE Product<WordVector> multiplyWords(WordVector a, uint32 factor) {
  const WordVector b = a - a + factor;
  const WideVector even = multiplyEven(a, b);
  const WideVector odd = multiplyEven((WordVector)((WideVector)a >> 32), b);
  const WideVector upper = WideVector{} + 0xffffffff00000000ull;
  return {(WordVector)((even & ~upper) | (odd << 32)), (WordVector)((even >> 32) | (odd & upper))};
}

KERNEL_INLINE uint32 wordOf(uint32 word, index) { return word; }
KERNEL_INLINE uint32 wordOf(WordVector words, index lane) { return words[lane]; }

}  // namespace detail

// Elements that `RandomStream::words` makes in one call.
inline constexpr index randomGroup = 4 * vectorLanes;

class RandomStream {
 public:
  // `random` is the plan's slot [seedLow, seedHigh, stepLow, stepHigh].
  RandomStream(const int32* random, int32 stream)
      : keyLow_(random[0]), keyHigh_(random[1]), stream_(stream), stepLow_(random[2]), stepHigh_(random[3]) {}

  // Elements [group * randomGroup, (group + 1) * randomGroup) of the stream.
  KERNEL_INLINE void words(index group, uint32* out) const {
    using Word = detail::PhiloxWord;
    constexpr index together = sizeof(Word) / sizeof(uint32);
#if defined(__clang__)
#pragma clang loop vectorize(disable) unroll(disable)
#endif
    for (index first = 0; first < vectorLanes; first += together) {
      Word counter = {};
      for (index lane = 0; lane < together; lane++) addTo(counter, lane, uint32(group * vectorLanes + first + lane));
      makeBlocks(counter, out + 4 * first);
    }
  }

 private:
  static KERNEL_INLINE void addTo(uint32& word, index, uint32 value) { word += value; }
  static KERNEL_INLINE void addTo(detail::WordVector& words, index lane, uint32 value) { words[lane] += value; }

  template <class Word>
  KERNEL_INLINE void makeBlocks(Word c0, uint32* out) const {
    Word c1 = c0 - c0 + stream_;
    Word c2 = c0 - c0 + stepLow_;
    Word c3 = c0 - c0 + stepHigh_;
    uint32 k0 = keyLow_;
    uint32 k1 = keyHigh_;
    for (int round = 0; round < 10; round++) {
      const auto a = detail::multiplyWords(c0, 0xd2511f53u);
      const auto b = detail::multiplyWords(c2, 0xcd9e8d57u);
      c0 = b.high ^ c1 ^ k0;
      c1 = b.low;
      c2 = a.high ^ c3 ^ k1;
      c3 = a.low;
      k0 += 0x9e3779b9u;
      k1 += 0xbb67ae85u;
    }
    for (index lane = 0; lane < index(sizeof(Word) / sizeof(uint32)); lane++) {
      out[4 * lane] = detail::wordOf(c0, lane);
      out[4 * lane + 1] = detail::wordOf(c1, lane);
      out[4 * lane + 2] = detail::wordOf(c2, lane);
      out[4 * lane + 3] = detail::wordOf(c3, lane);
    }
  }

  uint32 keyLow_;
  uint32 keyHigh_;
  uint32 stream_;
  uint32 stepLow_;
  uint32 stepHigh_;
};

}  // namespace KERNEL_NAMESPACE
