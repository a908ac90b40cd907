// What a seed decides.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "base/ids.h"

namespace haar::fleet::sim {

class Chance final : public Random {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}

  // 0 … below - 1.
  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  // True in so many cases of a thousand.
  bool in_thousand(std::uint64_t cases) { return below(1000) < cases; }
  template <class T>
  const T& one_of(const std::vector<T>& all) { return all[below(all.size())]; }

  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(engine_());
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace haar::fleet::sim
