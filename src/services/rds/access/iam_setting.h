// Whether IAM may open an engine: which engines haar can ask in the place of.
#pragma once

#include <optional>

#include "base/result.h"
#include "services/rds/engine_facts.h"

namespace haar::rds {

// MySQL and MariaDB are asked by a plugin, which haar does not have.
inline Result<void> check_iam_setting(std::string_view engine, const std::optional<bool>& asked) {
  if (!asked.value_or(false) || !is_mysql(engine)) return {};
  return Error{"NotImplemented", "IAM database authentication of MySQL and MariaDB is not implemented by haar.", 501,
               Fault::receiver};
}

}  // namespace haar::rds
