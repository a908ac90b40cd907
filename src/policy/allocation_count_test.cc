#include "policy/allocation_count_test.h"

#include <cstdlib>
#include <new>

namespace {
thread_local long count = 0;
}  // namespace

namespace haar::policy {
long allocations() { return count; }
}  // namespace haar::policy

void* operator new(std::size_t size) {
  ++count;
  if (void* p = std::malloc(size != 0 ? size : 1)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
