// Measures what the engines of DB instances use, every few seconds, on a thread of its own.
#pragma once

#include <condition_variable>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/thread.h"
#include "fleet/figures.h"
#include "fleet/host.h"
#include "services/rds/records.h"

namespace haar::rds {

// Processor time since the last look, as a part of what the machine has.
struct CpuMark {
  double cpu_seconds = 0;
  std::chrono::steady_clock::time_point at;
};
// In percent, 0 to 100. nullopt: nothing can be said yet; another process has taken its place, or no time has passed.
std::optional<double> cpu_percent(const CpuMark& before, const CpuMark& now, unsigned processors);

class Sampling {
 public:
  Sampling(const fleet::Host& host, const fleet::Machine& machine, fleet::Figures& figures);
  ~Sampling() { stop(); }
  Sampling(const Sampling&) = delete;
  Sampling& operator=(const Sampling&) = delete;
  void stop();

 private:
  struct Subject;
  void run();
  void look(bool asks_engines, bool walks);
  void measure(const Subject& subject, bool asks_engines);
  void measure_volume(const Subject& subject);
  void add(const Subject& subject, std::string_view metric, std::string_view unit, double value);
  void put(const Subject& subject, std::string_view metric, std::string_view unit, double value,
           std::vector<std::pair<std::string, std::string>> dimensions);
  void ask_engine(const Subject& subject);

  const fleet::Host& host_;
  const fleet::Machine& machine_;
  fleet::Figures& figures_;
  std::map<std::string, CpuMark> marks_;  // by engine; of the thread
  std::mutex mutex_;
  std::condition_variable woken_;
  bool stopping_ = false;
  Thread thread_;  // last: it uses everything above
};

}  // namespace haar::rds
