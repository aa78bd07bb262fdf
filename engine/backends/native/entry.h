// What the addon asks of the kernels, once for each instruction set they are compiled for.
#pragma once

#include <cstddef>

struct Run {
  const int* program;
  std::ptrdiff_t words;
  float* arena;
  int timesteps;
  int batch;
  int threads;
  void (*barrier)(void* host);
  void* host;
};

struct Kernels {
  const char* name;
  // Runs a program as one of its threads.
  void (*run)(const Run& run, int thread);
  // C[m,n] (+)= A B with row-major A or, if `transposed`, A^T stored row-major.
  void (*product)(int m, int n, int k, const float* a, bool transposed, const float* b, float* c, bool accumulate,
                  float* scratch);
  std::ptrdiff_t productScratch;  // floats
  // Multiply-adds in registers only; returns how many float32 operations that was. The sum keeps the work alive.
  double (*multiplyLoop)(long iterations, float* sum);
  // Reads an array over and over.
  float (*readLoop)(const float* data, std::ptrdiff_t count, long passes);
};

extern const Kernels kernelsBaseline;
extern const Kernels kernelsAvx2;
extern const Kernels kernelsAvx512;
extern const Kernels kernelsNeon;
