// Thousands of days from their seeds. A day that fails prints its seed: HAAR_FLEET_SEED=<seed> fleet_simulation_test tells
// what happened in it, step by step. HAAR_FLEET_RUNS sets how many there are, from seed HAAR_FLEET_FROM.
#include "simulation.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/file.h"
#include "base/log.h"

namespace haar::fleet::sim {
namespace {

constexpr std::uint64_t runs_default = 2'000;
constexpr std::size_t told_max = 5;  // failing days

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// What haar would log is not looked at.
void be_quiet() {
  log_set_level(LogLevel::error);
  static const Fd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  log_to_fd(nowhere.get());
}

TEST(FleetSimulation, every_day_ends_well) {
  be_quiet();
  if (const char* seed = std::getenv("HAAR_FLEET_SEED")) {
    const Outcome outcome = Simulation(std::strtoull(seed, nullptr, 10), true).run();
    for (const std::string& what : outcome.violations) ADD_FAILURE() << what;
    return;
  }
  const std::uint64_t from = setting("HAAR_FLEET_FROM", 1), runs = setting("HAAR_FLEET_RUNS", runs_default);
  Outcome all;
  std::size_t failed = 0;
  for (std::uint64_t seed = from; seed < from + runs && failed < told_max; ++seed) {
    const Outcome one = Simulation(seed).run();
    all.crashes += one.crashes;
    all.calls += one.calls;
    all.given_up += one.given_up;
    all.starts += one.starts;
    all.failures += one.failures;
    if (one.violations.empty()) continue;
    ++failed;
    ADD_FAILURE() << "HAAR_FLEET_SEED=" << seed << ": " << one.violations.front();
  }
  fmt::print("{} days: {} calls, {} starts, {} faults, {} crashes, {} given up\n", runs, all.calls, all.starts, all.failures,
             all.crashes, all.given_up);
  // What never happens is not tested.
  if (runs >= runs_default) {
    EXPECT_GT(all.crashes, runs / 10);
    EXPECT_GT(all.failures, runs / 10);
    EXPECT_GT(all.given_up, runs / 10);
  }
}

TEST(FleetSimulation, a_day_repeats_from_its_seed) {
  be_quiet();
  for (const std::uint64_t seed : {7, 8, 9}) {
    const Outcome one = Simulation(seed).run(), other = Simulation(seed).run();
    EXPECT_EQ(one.calls, other.calls);
    EXPECT_EQ(one.starts, other.starts);
    EXPECT_EQ(one.failures, other.failures);
    EXPECT_EQ(one.crashes, other.crashes);
  }
}

}  // namespace
}  // namespace haar::fleet::sim
