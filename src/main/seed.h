// The seed: accounts that are there from the start, for CI and for people who like their own numbers.
//
//   [[account]]
//   id = "111122223333"
//   name = "Example"
//   email = "root@example.com"
//   root_password = "…"                  # optional
//   root_access_key_id = "AKIA…"         # optional, both or neither
//   root_secret_access_key = "…"
//
// Reading it changes nothing; applying it is the account layer's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"
#include "base/result.h"

namespace haar::main {

struct SeedAccessKey {
  std::string id;      // AKIA and 16 of A-Z 2-7
  std::string secret;  // 40 of A-Z a-z 0-9 + /
};

struct SeedAccount {
  AccountId id;
  std::string name;   // 1 to 50 characters
  std::string email;  // 6 to 64 characters; unique, without regard to case
  std::optional<std::string> root_password;
  std::optional<SeedAccessKey> root_access_key;
};

// Errors carry code "InvalidSeed" and a message with the file, the line and what to mend. Secrets are never
// part of a message. An empty path is an empty seed.
Result<std::vector<SeedAccount>> read_seed(const std::string& path);
Result<std::vector<SeedAccount>> parse_seed(std::string_view text, const std::string& name);

}  // namespace haar::main
