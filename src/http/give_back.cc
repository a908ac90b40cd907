#include "http/give_back.h"

#include <malloc.h>

namespace haar::http {
namespace {

constexpr int large_block_bytes = 64 * 1024;  // a connection's input buffer when it is full, and what is larger
constexpr std::size_t small_bytes = 16 * 1024;
constexpr std::size_t worth_giving_back = 4 * 1024 * 1024;
constexpr std::chrono::seconds quiet{1};
constexpr std::chrono::seconds longest_wait{10};  // when it never is quiet

}  // namespace

void GiveBack::map_large_blocks() { ::mallopt(M_MMAP_THRESHOLD, large_block_bytes); }

void GiveBack::passed(std::size_t bytes) {
  if (bytes < small_bytes) return;
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
  last_passed_.store(Clock::now().time_since_epoch().count(), std::memory_order_relaxed);
}

bool GiveBack::owes() const { return bytes_.load(std::memory_order_relaxed) >= worth_giving_back; }

void GiveBack::look(Clock::time_point now) {
  if (!owes()) return;
  const auto since = [now](const std::atomic<Clock::rep>& then) {
    return now.time_since_epoch() - Clock::duration(then.load(std::memory_order_relaxed));
  };
  if (since(last_passed_) < quiet && since(last_given_) < longest_wait) return;
  if (bytes_.exchange(0, std::memory_order_relaxed) < worth_giving_back) return;  // another thread was faster
  last_given_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  ::malloc_trim(0);
}

}  // namespace haar::http
