// The parameters of the parameter groups of rds, compiled in (data/README.md says where the list is from).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace haar::data {

enum class ParameterReach : std::uint8_t {
  engine,  // a customer's value is given to the engine
  held,    // customers of AWS may change it; haar has no value of it but the default
  fixed,   // nobody may change it
};

struct RdsParameter {
  std::string_view name;
  std::string_view type;     // "boolean", "integer", "float", "string", "list"
  std::string_view allowed;  // AWS's AllowedValues: "0,1", "6-262143", "none,ddl,mod,all"; empty: whatever the engine takes
  std::string_view aurora_default, postgres_default;  // that AWS sets; empty: the engine's own
  std::string_view taken;    // what haar takes of it where that is less: a range, a list, or the name of a form; empty: all
  std::string_view description;
  std::uint32_t majors;      // bit N: version N has it
  bool aurora;               // Aurora's groups have it; PostgreSQL's always do
  bool of_instances;         // DB parameter groups have it; those of clusters always do
  bool is_static;            // takes effect when the engine is started
  ParameterReach reach;
};

// Sorted by name; one name may have several rows, for different majors.
std::span<const RdsParameter> rds_parameters();

namespace detail {
extern const std::size_t rds_parameter_count;
extern const RdsParameter rds_parameter_table[];
}  // namespace detail

}  // namespace haar::data
