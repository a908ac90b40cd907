// Random passwords: pure but for the randomness that is handed in. GetRandomPassword's, and those that services make.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/ids.h"

namespace haar::secretsmanager {

struct PasswordRules {
  std::size_t length = 32;
  std::string excluded{};  // characters
  bool numbers = true, punctuation = true, uppercase = true, lowercase = true, space = false;
  bool require_each = true;  // at least one of every type that is in
};

enum class PasswordFault { no_characters, empty_type, too_short };

struct Password {
  std::string text;
  std::optional<PasswordFault> fault;
};

Password random_password(Random& random, const PasswordRules& rules);

}  // namespace haar::secretsmanager
