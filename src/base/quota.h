// A quota of AWS that a customer may have raised: the number that AWS begins with, the most that it gives, and the number
// in force here, which the operator may set for this whole installation (`haar serve --quotas`).
// https://docs.aws.amazon.com/servicequotas/latest/userguide/intro.html
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

namespace haar {

class Quota {
 public:
  // `name`: how the operator says it, the service first: "ec2/rules-per-security-group".
  constexpr Quota(std::string_view name, std::uint32_t initial, std::uint32_t most)
      : name_(name), initial_(initial), most_(most), value_(initial) {}
  Quota(const Quota&) = delete;
  Quota& operator=(const Quota&) = delete;

  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] std::uint32_t initial() const { return initial_; }
  [[nodiscard]] std::uint32_t most() const { return most_; }
  // How many there may be. Asked by handlers, on any thread.
  [[nodiscard]] std::size_t value() const { return value_.load(std::memory_order_relaxed); }
  // At the start of the program, before any request.
  void set(std::uint32_t value) { value_.store(value, std::memory_order_relaxed); }

 private:
  std::string_view name_;
  std::uint32_t initial_, most_;
  std::atomic<std::uint32_t> value_;
};

}  // namespace haar
