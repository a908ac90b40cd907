// What is kept of a master password: what the engine keeps of it, in the engine's form, and never the password.
#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"

namespace haar::rds {

// Of both forms, made before the engine is known.
struct MasterVerifiers {
  std::string scram;         // PostgreSQL's
  std::string mysql_native;  // MySQL's and MariaDB's

  [[nodiscard]] bool empty() const { return scram.empty(); }
  [[nodiscard]] const std::string& of(std::string_view engine) const;
};

// Slow: for a row's `prepare`.
Result<MasterVerifiers> master_verifiers(std::string_view password, Random& random);

}  // namespace haar::rds
