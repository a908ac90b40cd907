// The settings of what haar sends to people, as the console's layer takes them.
#pragma once

#include "console/signup/account_pages.h"
#include "main/config.h"

namespace haar::main {

// InvalidConfiguration names the setting. Reads the files of passwords.
Result<console::AccountOptions> account_options(const Config& config);

}  // namespace haar::main
