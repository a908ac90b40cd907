// Strong types for the strings and numbers that get confused with each other.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace haar {

template <class Tag>
struct Named {
  std::string value;

  Named() = default;
  explicit Named(std::string v) : value(std::move(v)) {}
  explicit Named(std::string_view v) : value(v) {}
  explicit Named(const char* v) : value(v) {}
  [[nodiscard]] const std::string& str() const { return value; }
  [[nodiscard]] bool empty() const { return value.empty(); }
  auto operator<=>(const Named&) const = default;
};

using AccountId = Named<struct AccountIdTag>;  // twelve digits
using Region = Named<struct RegionTag>;        // "us-east-1"
using Partition = Named<struct PartitionTag>;  // "aws"

// A position in the store's history: grows by one with every committed batch.
using Revision = std::uint64_t;

}  // namespace haar

template <class Tag>
struct std::hash<haar::Named<Tag>> {
  std::size_t operator()(const haar::Named<Tag>& n) const { return std::hash<std::string>{}(n.value); }
};
