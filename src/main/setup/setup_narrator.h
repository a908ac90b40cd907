// How a set-up tells what it does: a numbered step with the guide that it is from, then lines of what was
// made or found, and dots where something takes longer than a second.
#pragma once

#include <chrono>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

#include "base/result.h"

namespace haar::main {

class Narrator {
 public:
  Narrator(std::ostream& out, int steps) : out_(out), steps_(steps) {}

  void step(std::string_view title, std::string_view guide);
  void made(std::string_view text) { line("made", text); }
  void found(std::string_view text) { line("found", text); }
  void note(std::string_view text) { line("note", text); }
  // Calls `done` until it answers true, for at most `most`. Error "TimedOut".
  Result<void> wait(std::string_view what, std::chrono::seconds most, const std::function<Result<bool>()>& done);
  [[nodiscard]] std::ostream& out() { return out_; }

 private:
  void line(std::string_view label, std::string_view text);

  std::ostream& out_;
  int steps_;
  int step_ = 0;
};

}  // namespace haar::main
