// Which engines answer. A kind asks an engine that it has started until it answers; from then on each is asked
// every few seconds, so that one that ceases to answer is not called available. An engine that hangs costs the thread
// that asks it one bounded wait, and an account's engines never have more than a few such threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "fleet/queue.h"

namespace haar::fleet {

class EngineHealth {
 public:
  using Milliseconds = std::chrono::milliseconds;
  // Asks the engine; returns within the time, whatever the engine does.
  using Check = std::function<Result<void>(Milliseconds timeout)>;
  // It began to answer, or has ceased to. On any thread, without a lock held.
  using Changed = std::function<void(const std::string& id)>;

  struct Options {
    std::string name = "haar-health";  // of the threads
    Milliseconds interval{10'000};
    Milliseconds interval_in_doubt{1'000};  // after a first failure
    Milliseconds timeout{1'000};            // of one question
    int failures = 2;                       // in a row, until an engine counts as not answering
    std::size_t threads_max = 8, at_once_per_account = 2;
  };

  EngineHealth(const Runtime& runtime, Options options, Changed changed);

  // An engine has been started, or found running: it is asked from now on, and is not ready until it answers.
  void watch(const std::string& id, const std::string& account, Check check);
  // It has ended.
  void forget(const std::string& id);
  // Asks now, with this time for it. "EngineNotReady" also for one that is not watched, or is being asked by somebody
  // else: an engine is asked one question at a time, for the first may be long (a volume that is repaired).
  Result<void> ask(const std::string& id, Milliseconds timeout);
  [[nodiscard]] bool ready(const std::string& id) const;
  // It has been started, or found running, and has not ended.
  [[nodiscard]] bool watched(const std::string& id) const;
  // It has answered since it was started, or found running.
  [[nodiscard]] bool came_up(const std::string& id) const;
  // Of the same clock as silent_since.
  [[nodiscard]] Ticks now() const { return ticks_(); }
  // Since when it has not answered; nullopt if it does, or is not watched.
  [[nodiscard]] std::optional<Ticks> silent_since(const std::string& id) const;
  void stop() { queue_->stop(); }

 private:
  struct Engine {
    std::string account;
    Check check;
    std::uint64_t generation = 0;  // an answer of the process before is not this one's
    bool asked = false;  // just now, by some thread
    bool ready = false, came_up = false;
    int failures = 0;  // in a row
    Ticks silent_since;
  };

  void probe(const std::string& key);
  // `answer`: none if the question said nothing about the engine.
  void note(const std::string& id, std::uint64_t generation, std::optional<bool> answer);

  const std::function<Ticks()> ticks_;
  const Options options_;
  const Changed changed_;
  mutable std::mutex mutex_;
  std::map<std::string, Engine> engines_;
  std::uint64_t generation_ = 0;
  std::unique_ptr<Queue> queue_;  // last: its threads use everything above. Keys: "<account>/<id>"
};

}  // namespace haar::fleet
