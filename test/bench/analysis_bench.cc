// The time of CheckNoNewAccess on pairs of AWS managed policies (the budget is 50 us at the median and 5 ms at worst): the
// question alone, of policies that were read, and with reading both.
//
//   analysis_bench [pairs]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "data/managed_policies.h"
#include "policy/analysis/checks.h"

namespace {

namespace analysis = haar::policy::analysis;
using Clock = std::chrono::steady_clock;

double micros(Clock::duration d) { return std::chrono::duration<double, std::micro>(d).count(); }

void print(const char* what, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  std::printf("%-28s median %8.1f us   p99 %9.1f us   worst %9.1f us\n", what, times[times.size() / 2],
              times[times.size() * 99 / 100], times.back());
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t pairs = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 20'000;
  const auto policies = haar::data::managed_policies();
  std::vector<analysis::Subject> subjects;
  for (const auto& p : policies) subjects.push_back(*analysis::read_subject(p.document, analysis::PolicyClass::identity));
  std::mt19937_64 random(1);
  std::vector<double> alone, reading;
  std::size_t counts[3] = {0, 0, 0};
  std::size_t slowest = 0, against = 0;
  double worst = 0;
  std::size_t undecided = 0;
  for (std::size_t i = 0; i < pairs; ++i) {
    const std::size_t a = random() % subjects.size();
    // A quarter of the pairs are twins: the answer is no, and all of the policy has to be looked at.
    const std::size_t b = i % 4 == 0 ? a : random() % subjects.size();
    const auto begin = Clock::now();
    const analysis::CheckResult result = analysis::new_access(subjects[a], subjects[b]);
    const double time = micros(Clock::now() - begin);
    alone.push_back(time);
    ++counts[static_cast<std::size_t>(result.answer)];
    if (time > worst) worst = time, slowest = a, against = b;
    if (result.answer == analysis::Answer::unknown && undecided++ < 12) {
      std::printf("undecided: %s against %s, statement %zu: %s\n", std::string(policies[a].name).c_str(),
                  std::string(policies[b].name).c_str(), result.open.front().statement, result.open.front().why.c_str());
    }
    if (i % 10 != 0) continue;
    const auto start = Clock::now();
    const auto now = analysis::read_subject(policies[a].document, analysis::PolicyClass::identity);
    const auto before = analysis::read_subject(policies[b].document, analysis::PolicyClass::identity);
    (void)analysis::new_access(*now, *before);
    reading.push_back(micros(Clock::now() - start));
  }
  print("CheckNoNewAccess", alone);
  print("with reading both policies", reading);
  std::printf("%zu pass, %zu fail, %zu undecided; slowest: %s against %s\n", counts[0], counts[1], counts[2],
              std::string(policies[slowest].name).c_str(), std::string(policies[against].name).c_str());
  return 0;
}
