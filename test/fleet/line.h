// The works of all queues, one at a time, in an order that a seed chooses: of those that are due any may be next, as with
// threads. Time passes only when it is let pass.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "chance.h"
#include "fleet/queue.h"

namespace haar::fleet::sim {

class Line {
 public:
  explicit Line(Chance& chance) : chance_(chance) {}

  ManualClock clock{Timestamp::from_seconds(1'800'000'000)};

  Runtime runtime() {
    return {[this](QueueOptions, Queue::Work work) -> std::unique_ptr<Queue> {
              return std::make_unique<OneQueue>(*this, std::move(work));
            },
            [this] { return now_; }, clock};
  }
  [[nodiscard]] Ticks now() const { return now_; }
  // A work waits: time passes, and what becomes due meanwhile is late.
  void sleep(Delay time) {
    now_ += time;
    clock.advance_micros(std::chrono::duration_cast<std::chrono::microseconds>(time).count());
  }
  // Lets time pass until then, with all works that come due.
  void run_until(Ticks until) {
    // Works that wait make time pass beyond it: what is due by then comes next time.
    Ticks last = now_;
    for (int at_once = 0; run_one(until) && now_ <= until; ++at_once) {
      if (now_ != last) at_once = 0;
      last = now_;
      if (at_once > at_once_max) return (void)(restless_ = true);
    }
    if (now_ < until) sleep(std::chrono::duration_cast<Delay>(until - now_));
  }
  // Whether something was due by then.
  bool run_one(Ticks until) {
    Ticks earliest = until;
    for (const auto& [what, when] : waiting_) earliest = std::min(earliest, when);
    std::vector<Entry> due;
    for (const auto& [what, when] : waiting_) {
      if (when <= std::max(earliest, now_)) due.push_back(what);
    }
    if (due.empty()) return false;
    const Entry next = chance_.one_of(due);
    waiting_.erase(next);
    if (earliest > now_) sleep(std::chrono::duration_cast<Delay>(earliest - now_));
    next.first->work(next.second);
    return true;
  }
  // Work makes work, and no time passes.
  [[nodiscard]] bool restless() const { return restless_; }

 private:
  struct OneQueue final : Queue {
    OneQueue(Line& line, Work does) : owner(line), number(++line.queues_), work(std::move(does)) {}
    ~OneQueue() override { stop(); }
    using Queue::add;
    void add(const std::string& key, Delay after) override { owner.add(*this, key, after); }
    void stop() override {
      std::erase_if(owner.waiting_, [this](const auto& entry) { return entry.first.first == this; });
    }
    Line& owner;
    const std::uint64_t number;
    const Work work;
  };
  using Entry = std::pair<OneQueue*, std::string>;
  static constexpr int at_once_max = 10'000;  // works in one moment
  // Not by address: a run repeats.
  struct InOrder {
    bool operator()(const Entry& a, const Entry& b) const {
      return std::pair(a.first->number, a.second) < std::pair(b.first->number, b.second);
    }
  };

  void add(OneQueue& queue, const std::string& key, Delay after) {
    const auto [known, is_new] = waiting_.try_emplace({&queue, key}, now_ + after);
    if (!is_new) known->second = std::min(known->second, now_ + after);
  }

  Chance& chance_;
  Ticks now_{std::chrono::hours(1)};
  std::uint64_t queues_ = 0;
  bool restless_ = false;
  std::map<Entry, Ticks, InOrder> waiting_;
};

}  // namespace haar::fleet::sim
