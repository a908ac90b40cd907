// Memory that large requests have taken goes back to the system when they are over.
//
// The C library keeps what is freed for the next one. Left to itself it soon takes even megabytes from its
// arenas, where one small thing that outlives them holds them all: 400 requests of 1 MiB left 271 MiB resident,
// for ever. So large blocks are mapped and unmapped one by one (33 MiB, at once), and when a burst is over, what
// the small ones have left is trimmed (29 MiB, in a tenth of a millisecond; 50 ms without the former).
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace haar::http {

class GiveBack {
 public:
  using Clock = std::chrono::steady_clock;

  // For the whole process: from now on large blocks are mapped.
  static void map_large_blocks();
  // Bytes that have been allocated for one request, or for its answer. Small ones do not count.
  void passed(std::size_t bytes);
  // There is something to give back.
  [[nodiscard]] bool owes() const;
  // From any thread, now and then: gives back when the burst is over, and during a long one once in a while.
  void look(Clock::time_point now);

 private:
  std::atomic<std::size_t> bytes_{0};
  std::atomic<Clock::rep> last_passed_{0}, last_given_{0};
};

}  // namespace haar::http
