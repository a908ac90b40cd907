#include "main/setup/setup_narrator.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>

namespace haar::main {
namespace {

using Steady = std::chrono::steady_clock;

void pause(std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, time, [] { return false; });
}

}  // namespace

void Narrator::step(std::string_view title, std::string_view guide) {
  out_ << fmt::format("{}/{}  {}\n     guide  {}\n", ++step_, steps_, title, guide) << std::flush;
}

void Narrator::line(std::string_view label, std::string_view text) {
  out_ << fmt::format("     {:<5}  {}\n", label, text) << std::flush;
}

Result<void> Narrator::wait(std::string_view what, std::chrono::seconds most,
                            const std::function<Result<bool>()>& done) {
  const auto start = Steady::now();
  auto told = start;
  bool dotted = false;
  Result<void> outcome;
  for (;;) {
    const Result<bool> answer = done();
    if (!answer.ok()) outcome = answer.error();
    if (!answer.ok() || *answer) break;
    const auto now = Steady::now();
    if (now - start > most) {
      outcome = Error{"TimedOut", fmt::format("{} takes longer than {} s", what, most.count()), 500, Fault::receiver};
      break;
    }
    if (now - told >= std::chrono::seconds(1)) {
      out_ << (dotted ? "." : fmt::format("     wait   for {} .", what)) << std::flush;
      dotted = true;
      told = now;
    }
    pause(std::chrono::milliseconds(50));
  }
  if (dotted) out_ << "\n" << std::flush;
  return outcome;
}

}  // namespace haar::main
