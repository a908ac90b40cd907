// The families of cache parameter groups, and what each parameter may be.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace haar::elasticache {

// One bit a family; what a parameter belongs to is a set of them.
enum class Family : std::uint8_t { redis5, redis6, redis7, valkey7, valkey8, memcached14, memcached15, memcached16 };

// What happens to a value that a customer sets.
enum class Reach : std::uint8_t {
  engine,  // the engine is given it
  held,    // AWS takes another than the default; haar refuses it by name
  fixed,   // AWS takes none
};

struct CacheParameter {
  std::string_view name;
  std::uint32_t families = 0;  // 1 << Family
  std::string_view type;       // "integer", "string"
  std::string_view allowed;    // "0-", "1-99", "yes,no", "characters:AKE"; empty: any number, or any text
  std::string_view usual;      // AWS's default
  bool at_reboot = false;      // ChangeType "requires-reboot"
  Reach reach = Reach::engine;
  std::string_view minimum_version;
  std::string_view description;
};

struct ParameterFamily {
  std::string_view name;    // "redis7"
  std::string_view engine;  // "redis"
  Family family;
};

using ParameterValues = std::map<std::string, std::string>;

std::span<const CacheParameter> known_parameters();  // by their names
std::span<const ParameterFamily> families();
const ParameterFamily* find_family(std::string_view name);
bool has(const ParameterFamily& family, const CacheParameter& parameter);
const CacheParameter* find_parameter(const ParameterFamily& family, std::string_view name);

// A value that a customer sets. Errors: InvalidParameterValue; NotImplemented (501) for one that AWS would take and haar
// does not.
Result<void> check_parameter_value(const CacheParameter& parameter, std::string_view value);

// What a node may be given without being started again, where `wanted` are its group's values and `running` its own.
ParameterValues values_now(const ParameterFamily& family, const ParameterValues& wanted, const ParameterValues& running);

}  // namespace haar::elasticache
