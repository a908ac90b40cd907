// src/policy against the naive evaluator on random policies and requests. HAAR_POLICY_CASES and
// HAAR_POLICY_SEED ask for more and for others; a difference prints the seed of its case and the whole case.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "policy/random_world.h"

namespace {

namespace policy = haar::policy;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

naive::Answer answer_of(const policy::Decision& decision) {
  switch (decision.effect) {
    case policy::Effect::allow: return naive::Answer::allow;
    case policy::Effect::explicit_deny: return naive::Answer::explicit_deny;
    case policy::Effect::implicit_deny: break;
  }
  return naive::Answer::implicit_deny;
}

void run(std::uint64_t first_seed, std::uint64_t cases) {
  std::printf("seeds %llu to %llu\n", static_cast<unsigned long long>(first_seed),
              static_cast<unsigned long long>(first_seed + cases - 1));
  std::array<std::uint64_t, 3> seen{};
  for (std::uint64_t seed = first_seed; seed < first_seed + cases; ++seed) {
    const naive::World world = random_world::Generator(seed).world();
    const random_world::Compiled compiled(world);
    ASSERT_EQ(compiled.error(), "") << "seed " << seed;
    const naive::Answer expected = naive::decide(world);
    const policy::Decision decision = compiled.decide();
    ASSERT_EQ(static_cast<int>(answer_of(decision)), static_cast<int>(expected))
        << "seed " << seed << " (0 allow, 1 explicit deny, 2 implicit deny)\n" << policy::explain(decision) << "\n"
        << random_world::describe(world);
    const policy::Decision full = compiled.decide(policy::Detail::all);
    ASSERT_EQ(full.effect, decision.effect) << "seed " << seed;
    ASSERT_EQ(full.by, decision.by) << "seed " << seed;
    ++seen[static_cast<std::size_t>(expected)];
  }
  // A generator that only ever denied would prove nothing.
  for (const std::uint64_t count : seen) EXPECT_GE(count * 20, cases) << "an answer is too rare";
}

TEST(Differential, TheFixedSeedsAgreeWithTheNaiveEvaluator) { run(1, 20'000); }

TEST(Differential, NewSeedsAgreeWithTheNaiveEvaluator) {
  const auto now = static_cast<std::uint64_t>(time(nullptr));
  run(from_environment("HAAR_POLICY_SEED", now * 1'000'003), from_environment("HAAR_POLICY_CASES", 5'000));
}

}  // namespace
