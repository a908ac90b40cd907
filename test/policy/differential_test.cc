// src/policy against the naive evaluator on random policies and requests. HAAR_POLICY_CASES and
// HAAR_POLICY_SEED ask for more and for others (./check --fuzz: millions); a difference prints the seed of its
// case and the whole case.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "policy/coverage.h"
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

// Each feature has to come up once in so many cases; few cases can be unlucky.
constexpr std::uint64_t kOnceIn = 1000, kEnoughCases = 20'000;

void run(std::uint64_t first_seed, std::uint64_t cases) {
  std::printf("seeds %llu to %llu\n", static_cast<unsigned long long>(first_seed),
              static_cast<unsigned long long>(first_seed + cases - 1));
  coverage::Coverage reached;
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
    reached.note(world, full);
  }
  reached.print();
  if (cases >= kEnoughCases) {
    EXPECT_EQ(reached.rarer_than(cases / kOnceIn), "");
  }
}

TEST(Differential, TheFixedSeedsAgreeWithTheNaiveEvaluator) { run(1, 20'000); }

TEST(Differential, BrokenDocumentsAreRefusedWhateverTheirKind) {
  constexpr policy::Kind kinds[] = {policy::Kind::identity, policy::Kind::managed,  policy::Kind::trust,
                                    policy::Kind::resource, policy::Kind::boundary, policy::Kind::session,
                                    policy::Kind::scp,      policy::Kind::rcp,      policy::Kind::endpoint};
  for (std::uint64_t seed = 1; seed <= 9'000; ++seed) {
    const policy::Kind kind = kinds[seed % std::size(kinds)];
    const std::string text = random_world::Generator(seed).broken_document(kind);
    const auto parsed = policy::parse(text, kind);
    ASSERT_FALSE(parsed.ok()) << "seed " << seed << "\n" << text;
    EXPECT_TRUE(parsed.error().code.starts_with("MalformedPolicyDocument"));
  }
}

TEST(Differential, NewSeedsAgreeWithTheNaiveEvaluator) {
  const auto now = static_cast<std::uint64_t>(time(nullptr));
  run(from_environment("HAAR_POLICY_SEED", now * 1'000'003), from_environment("HAAR_POLICY_CASES", 5'000));
}

}  // namespace
