// The families of parameter groups, and what each parameter may be.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/rds_parameters.h"
#include "services/rds/parameters/formula.h"

namespace haar::rds {

struct ParameterFamily {
  std::string_view name;    // "aurora-postgresql15"
  std::string_view engine;  // "aurora-postgresql"
  int major = 0;
  bool aurora = false;
};

// Whose parameters: those that a group of a cluster has, or of an instance.
enum class ParameterLevel : std::uint8_t { cluster, instance };

const ParameterFamily* find_family(std::string_view name);
// In the order of their names.
std::vector<const data::RdsParameter*> parameters_of(const ParameterFamily& family, ParameterLevel level);
const data::RdsParameter* find_parameter(const ParameterFamily& family, ParameterLevel level, std::string_view name);
// That AWS sets; empty: the engine's own.
std::string_view default_of(const ParameterFamily& family, const data::RdsParameter& parameter);

// A value that a customer sets: of its type and among what is allowed. Errors: InvalidParameterValue; NotImplemented (501)
// for one that AWS would take and haar does not.
Result<void> check_parameter_value(const ParameterFamily& family, const data::RdsParameter& parameter, std::string_view value);
// As the engine is given it: formulas computed, and numbers brought into the range that haar takes.
std::string engine_value(const data::RdsParameter& parameter, std::string_view value, const FormulaFacts& facts);

}  // namespace haar::rds
