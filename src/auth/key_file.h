// The key file of a data folder, through a first start that may be interrupted anywhere. A new key lies at <path>.new
// until there is a state to go with it: so a start that is to be finished (with the same key) is told from a state that
// was lost (which must never be made anew).
#pragma once

#include <string>

#include "auth/keyring.h"

namespace haar::auth {

struct KeyFile {
  Keyring keyring;
  bool unused = false;  // it lies at <path>.new: nothing may be encrypted under it yet
};

// As Keyring::open.
Result<KeyFile> open_key_file(const std::string& path, bool state_exists);
// Once there is a state to go with it. Durable when this returns.
Result<void> take_into_use(const std::string& path);
// What is said where the file is missing beside a state.
Error missing_key(const std::string& path);

}  // namespace haar::auth
