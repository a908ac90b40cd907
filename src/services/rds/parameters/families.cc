#include "services/rds/parameters/families.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/encoding.h"
#include "model/rds/service.h"

namespace haar::rds {
namespace {

using data::ParameterReach;
using data::RdsParameter;

// Of MySQL's and MariaDB's, the major is only which bit of RdsParameter::majors is theirs.
constexpr std::array<ParameterFamily, 11> families{{{"aurora-mysql8.0", "aurora-mysql", 8, true},
                                                   {"mysql8.0", "mysql", 7, false},
                                                   {"mariadb10.11", "mariadb", 10, false},
                                                   {"aurora-postgresql15", "aurora-postgresql", 15, true},
                                                   {"aurora-postgresql16", "aurora-postgresql", 16, true},
                                                   {"aurora-postgresql17", "aurora-postgresql", 17, true},
                                                   {"aurora-postgresql18", "aurora-postgresql", 18, true},
                                                   {"postgres15", "postgres", 15, false},
                                                   {"postgres16", "postgres", 16, false},
                                                   {"postgres17", "postgres", 17, false},
                                                   {"postgres18", "postgres", 18, false}}};

constexpr std::size_t value_max = 2048;  // characters
constexpr std::size_t echoed_max = 255;

// Of an instance without a cluster, its own group has all of them.
bool has(const ParameterFamily& family, ParameterLevel level, const RdsParameter& one) {
  return ((one.majors >> family.major) & 1u) != 0 && (!family.aurora || one.aurora) &&
         (level == ParameterLevel::cluster || one.of_instances || !family.aurora);
}

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    std::string_view one = list.substr(at, end - at);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    out.push_back(one);
    at = end + 1;
  }
  return out;
}

bool is_number_type(const RdsParameter& one) { return one.type == "integer" || one.type == "float"; }

std::optional<double> number_of(std::string_view text) {
  double out = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (fault != std::errc() || end != text.data() + text.size() || !std::isfinite(out)) return std::nullopt;
  return out;
}

struct Range {
  double low, high;
};
// "-1-2147483647", "0-1": the hyphen that separates stands after a digit.
std::optional<Range> range_of(std::string_view text) {
  const std::size_t digit = text.find_first_of("0123456789");
  const std::size_t dash = digit == std::string_view::npos ? digit : text.find('-', digit);
  if (dash == std::string_view::npos) return std::nullopt;
  // "1e-05-1" would have another one.
  const auto low = number_of(text.substr(0, dash)), high = number_of(text.substr(dash + 1));
  if (!low || !high) return std::nullopt;
  return Range{*low, *high};
}

// A number in one of the ranges, or one of the numbers, of "0,1000-2147483647".
bool number_in(std::string_view allowed, double value) {
  if (allowed.empty()) return true;
  for (const std::string_view one : split(allowed)) {
    if (const std::optional<Range> range = range_of(one)) {
      if (value >= range->low && value <= range->high) return true;
    } else if (number_of(one) == value) {
      return true;
    }
  }
  return false;
}

bool in_list(std::string_view allowed, std::string_view value) {
  return std::ranges::any_of(split(allowed), [&](std::string_view one) { return one == value; });
}

bool has_text_of(std::string_view value, std::string_view characters) {
  return std::ranges::all_of(value, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           characters.find(c) != std::string_view::npos;
  });
}

// "iso, mdy": at most one style and one order, which PostgreSQL would call conflicting otherwise.
bool is_datestyle(std::string_view value) {
  int styles = 0, orders = 0;
  for (const std::string_view one : split(value)) {
    if (in_list("iso,sql,postgres,german", to_lower(one))) ++styles;
    else if (in_list("mdy,dmy,ymd", to_lower(one))) ++orders;
    else return false;
  }
  return styles <= 1 && orders <= 1;
}

// Names of schemas, quoted or not: what PostgreSQL reads as a list.
bool is_search_path(std::string_view value) {
  for (std::string_view one : split(value)) {
    if (one.size() >= 2 && one.starts_with('"') && one.ends_with('"')) one = one.substr(1, one.size() - 2);
    else if (one.starts_with('$')) return false;
    if (one.empty() || one.size() > 63 || !has_text_of(one, "_$")) return false;
  }
  return true;
}

// What AWS allows of its form.
bool is_allowed(const RdsParameter& one, std::string_view value) {
  if (is_number_type(one)) {
    const std::optional<double> number = number_of(value);
    return number && (one.type == "float" || *number == std::trunc(*number)) && number_in(one.allowed, *number);
  }
  if (one.taken == "datestyle") return is_datestyle(value);
  if (one.taken == "search_path") return is_search_path(value);
  if (one.type == "list") {
    return value.empty() || std::ranges::all_of(split(value), [&](std::string_view item) { return in_list(one.allowed, item); });
  }
  if (!one.allowed.empty()) return in_list(one.allowed, value);
  return has_text_of(value, " !#$%&'()*+,-./:;<=>?@[]^_`{|}~\"");
}

// What of that haar takes.
bool is_taken(const RdsParameter& one, std::string_view value) {
  if (one.taken.empty()) return true;
  if (is_number_type(one)) return number_in(one.taken, *number_of(value));
  if (one.type != "list" || value.empty()) return true;
  return std::ranges::all_of(split(value), [&](std::string_view item) { return in_list(one.taken, item); });
}

Error not_taken(const RdsParameter& one, std::string_view value) {
  return Error{"NotImplemented",
               fmt::format("The value {} of the parameter {} is not implemented by haar.", value.substr(0, echoed_max), one.name),
               501, Fault::receiver};
}

}  // namespace

const ParameterFamily* find_family(std::string_view name) {
  const auto found = std::ranges::find(families, name, &ParameterFamily::name);
  return found == families.end() ? nullptr : &*found;
}

std::vector<const RdsParameter*> parameters_of(const ParameterFamily& family, ParameterLevel level) {
  std::vector<const RdsParameter*> out;
  for (const RdsParameter& one : data::rds_parameters()) {
    if (has(family, level, one)) out.push_back(&one);
  }
  return out;
}

const RdsParameter* find_parameter(const ParameterFamily& family, ParameterLevel level, std::string_view name) {
  const auto all = data::rds_parameters();
  const auto [first, last] = std::ranges::equal_range(all, name, {}, &RdsParameter::name);
  for (auto one = first; one != last; ++one) {
    if (has(family, level, *one)) return &*one;
  }
  return nullptr;
}

std::string_view default_of(const ParameterFamily& family, const RdsParameter& parameter) {
  return family.aurora ? parameter.aurora_default : parameter.postgres_default;
}

Result<void> check_parameter_value(const ParameterFamily& family, const RdsParameter& parameter, std::string_view value) {
  const auto invalid = [&] {
    return errors::InvalidParameterValue(fmt::format("Invalid parameter value: {} for: {} allowed values are: {}",
                                                     value.substr(0, echoed_max), parameter.name, parameter.allowed));
  };
  if (value.size() > value_max) return invalid();
  if (is_number_type(parameter) && is_formula(value)) {
    // A class that every formula can be computed for; what it comes to is known only with the instance's own.
    if (!evaluate(value, {std::uint64_t{16} << 30, 2, 5432})) return invalid();
  } else if (!is_allowed(parameter, value)) {
    return invalid();
  }
  if (value == default_of(family, parameter) && !value.empty()) return {};
  if (parameter.reach == ParameterReach::held) return not_taken(parameter, value);
  if (!(is_number_type(parameter) && is_formula(value)) && !is_taken(parameter, value)) return not_taken(parameter, value);
  return {};
}

std::string engine_value(const RdsParameter& parameter, std::string_view value, const FormulaFacts& facts) {
  if (!is_number_type(parameter) || !is_formula(value)) return std::string(value);
  double number = static_cast<double>(evaluate(value, facts).value_or(0));
  for (const std::string_view bounds : {parameter.allowed, parameter.taken}) {
    if (const std::optional<Range> range = range_of(bounds)) number = std::clamp(number, range->low, range->high);
  }
  return fmt::format("{}", static_cast<std::int64_t>(number));
}

}  // namespace haar::rds
