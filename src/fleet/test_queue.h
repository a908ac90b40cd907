// For tests: a Runtime without threads. Works run when the test lets time pass, in order of their times, and in the order
// in which they were asked for.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "fleet/queue.h"

namespace haar::fleet {

class TestLine {
 public:
  ManualClock clock{Timestamp::from_seconds(1'800'000'000)};

  Runtime runtime() {
    return {[this](QueueOptions, Queue::Work work) -> std::unique_ptr<Queue> {
              return std::make_unique<Line>(*this, std::move(work));
            },
            [this] { return now_; }, clock};
  }

  // What is due now, and what that makes due.
  void run_due() { pass(Delay(0)); }
  void pass(Delay time) {
    const Ticks until = now_ + time;
    while (!waiting_.empty() && waiting_.begin()->first.first <= until) {
      const auto [at, next] = *waiting_.begin();
      waiting_.erase(waiting_.begin());
      move_to(std::max(at.first, now_));
      next.first->work(next.second);
    }
    move_to(until);
  }

 private:
  struct Line : Queue {
    Line(TestLine& line, Work does) : owner(line), work(std::move(does)) {}
    using Queue::add;
    void add(const std::string& key, Delay after) override { owner.add(*this, key, after); }
    void stop() override {
      std::erase_if(owner.waiting_, [this](const auto& entry) { return entry.second.first == this; });
    }
    TestLine& owner;
    const Work work;
  };

  void add(Line& line, const std::string& key, Delay after) {
    Ticks when = now_ + after;
    std::erase_if(waiting_, [&](const auto& entry) {
      if (entry.second != std::pair(&line, key)) return false;
      when = std::min(when, entry.first.first);
      return true;
    });
    waiting_.emplace(std::pair(when, ++number_), std::pair(&line, key));
  }
  void move_to(Ticks to) {
    clock.advance_micros(std::chrono::duration_cast<std::chrono::microseconds>(to - now_).count());
    now_ = to;
  }

  Ticks now_{};
  std::uint64_t number_ = 0;
  std::map<std::pair<Ticks, std::uint64_t>, std::pair<Line*, std::string>> waiting_;
};

}  // namespace haar::fleet
