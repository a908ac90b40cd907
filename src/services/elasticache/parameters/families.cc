#include "services/elasticache/parameters/families.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "model/elasticache/service.h"
#include "services/elasticache/describe.h"

namespace haar::elasticache {
namespace {

constexpr std::array<ParameterFamily, 8> all_families{{
    {"memcached1.4", "memcached", Family::memcached14},
    {"memcached1.5", "memcached", Family::memcached15},
    {"memcached1.6", "memcached", Family::memcached16},
    {"redis5.0", "redis", Family::redis5},
    {"redis6.x", "redis", Family::redis6},
    {"redis7", "redis", Family::redis7},
    {"valkey7", "valkey", Family::valkey7},
    {"valkey8", "valkey", Family::valkey8},
}};

constexpr std::size_t echoed_max = 255;
constexpr std::string_view characters_of = "characters:";

std::optional<double> number_of(std::string_view text) {
  double out = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out, std::chars_format::fixed);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

bool is_integer(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  constexpr std::size_t digits_max = 15;  // exact as a double
  return !text.empty() && text.size() <= digits_max &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "0-", "1-99", "-5--1": the hyphen that separates stands after a digit.
bool in_range(std::string_view range, double value) {
  if (range.empty()) return true;
  const std::size_t dash = range.find('-', 1);
  const std::optional<double> low = number_of(range.substr(0, dash)), high = number_of(range.substr(dash + 1));
  return low && value >= *low && (!high || value <= *high);
}

bool in_list(std::string_view list, std::string_view value) {
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    if (list.substr(at, end - at) == value) return true;
    at = end + 1;
  }
  return false;
}

bool is_allowed(const CacheParameter& one, std::string_view value) {
  if (one.allowed.find(',') != std::string_view::npos) return in_list(one.allowed, value);
  if (one.type == "integer") return is_integer(value) && in_range(one.allowed, *number_of(value));
  if (one.type == "float") return number_of(value) && in_range(one.allowed, *number_of(value));
  if (one.allowed.starts_with(characters_of))
    return value.find_first_not_of(one.allowed.substr(characters_of.size())) == std::string_view::npos && value.size() <= 16;
  return in_list(one.allowed, value);
}

}  // namespace

std::span<const ParameterFamily> families() { return all_families; }

const ParameterFamily* find_family(std::string_view name) {
  const auto found = std::ranges::find(all_families, name, &ParameterFamily::name);
  return found == all_families.end() ? nullptr : &*found;
}

bool has(const ParameterFamily& family, const CacheParameter& parameter) {
  return ((parameter.families >> static_cast<unsigned>(family.family)) & 1U) != 0;
}

const CacheParameter* find_parameter(const ParameterFamily& family, std::string_view name) {
  const auto [first, last] = std::ranges::equal_range(known_parameters(), name, {}, &CacheParameter::name);
  for (auto one = first; one != last; ++one) {
    if (has(family, *one)) return &*one;
  }
  return nullptr;
}

// AWS's texts for values and for names that it does not take were found on no page.
Result<void> check_parameter_value(const CacheParameter& parameter, std::string_view value) {
  if (parameter.reach == Reach::fixed)
    return errors::InvalidParameterValue(fmt::format("The parameter {} cannot be modified.", parameter.name));
  if (!is_allowed(parameter, value)) {
    const std::string_view allowed =
        parameter.allowed.starts_with(characters_of) ? parameter.allowed.substr(characters_of.size()) : parameter.allowed;
    return errors::InvalidParameterValue(fmt::format("The value {} is not valid for the parameter {}. Allowed values: {}",
                                                     value.substr(0, echoed_max), parameter.name, allowed));
  }
  if (parameter.reach == Reach::held && value != parameter.usual)
    return not_built(fmt::format("Values of the parameter {} other than \"{}\" are", parameter.name, parameter.usual));
  return {};
}

ParameterValues values_now(const ParameterFamily& family, const ParameterValues& wanted, const ParameterValues& running) {
  const auto waits = [&](const std::string& name) {
    const CacheParameter* parameter = find_parameter(family, name);
    return parameter == nullptr || parameter->at_reboot;
  };
  ParameterValues out;
  for (const auto& [name, value] : running) {
    if (waits(name)) out.emplace(name, value);
  }
  for (const auto& [name, value] : wanted) {
    if (!waits(name)) out.emplace(name, value);
  }
  return out;
}

}  // namespace haar::elasticache
