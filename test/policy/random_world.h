// Random policies and requests over a small vocabulary, so that things meet.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "policy/decide.h"
#include "policy/naive.h"

namespace random_world {

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}
  naive::World world();
  // A document of that kind with one thing in it that AWS refuses.
  std::string broken_document(haar::policy::Kind kind);

 private:
  bool chance(int percent) { return static_cast<int>(random_() % 100) < percent; }
  std::size_t below(std::size_t n) { return random_() % n; }
  const std::string& pick(const std::vector<std::string>& from) { return from[below(from.size())]; }

  void caller(naive::World& w);
  void context(naive::World& w);
  std::string resource_pattern();
  std::string condition_block();
  std::string principal(bool trust);
  std::string statement(bool with_principal, bool trust, bool deny_only);
  std::string document(bool with_principal, bool trust, bool deny_only);
  naive::World::Documents documents(std::size_t most, bool with_principal = false, bool trust = false,
                                    bool deny_only = false);

  std::mt19937_64 random_;
};

// The same world as src/policy wants it. Holds what the request points at.
class Compiled {
 public:
  // A document that does not parse is a bug of the generator: it is reported in error().
  explicit Compiled(const naive::World& world);
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] haar::policy::Decision decide(haar::policy::Detail detail = haar::policy::Detail::deciding) const;

 private:
  std::shared_ptr<const haar::policy::PolicySet> set(const naive::World::Documents& documents, haar::policy::Kind kind);

  const naive::World& world_;
  std::string error_;
  haar::policy::Principal principal_;
  haar::policy::Context context_;
  haar::policy::Policies policies_;
  std::vector<std::shared_ptr<const haar::policy::PolicySet>> sets_;
  std::vector<const haar::policy::PolicySet*> scp_, rcp_;
  std::vector<std::vector<std::string_view>> lists_;
};

// Everything of the world, to reproduce a difference by hand.
std::string describe(const naive::World& world);

}  // namespace random_world
