// Values of parameters that are computed of an instance's class: "LEAST({DBInstanceClassMemory/9531392},5000)".
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_ParamValuesRef.html
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace haar::rds {

// What formulas can name.
struct FormulaFacts {
  // AWS takes off what its own processes use, and does not say how much that is; here it is the whole.
  std::uint64_t memory_bytes = 0;
  std::uint32_t vcpus = 0;
  std::uint16_t port = 0;
};

// Whether a value is a formula rather than itself.
bool is_formula(std::string_view text);
// nullopt: it is none that can be computed. Fractions are cut off.
std::optional<std::int64_t> evaluate(std::string_view formula, const FormulaFacts& facts);

}  // namespace haar::rds
