#include "program.h"

namespace KERNEL_NAMESPACE {

using Op = void (*)(Reader&, const Context&);

#define KERNEL_ENTRY(name) name,
static const Op ops[] = {KERNEL_OPS(KERNEL_ENTRY)};
#undef KERNEL_ENTRY

void interpret(const int32* program, index words, const Context& context) {
  for (index at = 0; at < words; at += program[at + 1]) {
    Reader reader(program + at, context.arena);
    ops[program[at]](reader, context);
    context.barrier(context);
  }
}

}  // namespace KERNEL_NAMESPACE
