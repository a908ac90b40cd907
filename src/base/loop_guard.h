// What a background thread does over and over: one turn that throws is logged, and the thread goes on. Uncaught, it would
// end the process, and with it every request.
//
//   LoopGuard guard("haar-events");
//   while (!stopping) {
//     guard.turn([&] { flush(); });
//     guard.rest();
//   }
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace haar {

class LoopGuard {
 public:
  // `thread`: its name, for the log.
  explicit LoopGuard(std::string_view thread) : thread_(thread) {}

  // False: it threw.
  bool turn(const std::function<void()>& work) noexcept;
  // To be called once a round, with no lock held. Sleeps for a moment, longer each time, while every round has a turn
  // that throws: what always throws is not to take a processor.
  void rest();
  // How long rest() would sleep now.
  [[nodiscard]] std::chrono::milliseconds pause() const;

 private:
  void failed(std::string_view what) noexcept;

  const std::string thread_;
  unsigned bad_rounds_ = 0;  // in a row, this one not counted
  bool failed_ = false;      // in this round
};

}  // namespace haar
