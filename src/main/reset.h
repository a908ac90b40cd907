// The operator's reset of a data folder. A mark lies in the folder from before the first file goes until the last is
// gone: a reset that was interrupted is finished by the next start, which could not tell it from a lost state else.
#pragma once

#include <string>

#include "base/result.h"

namespace haar::main {

// Removes the state, its key, the engines' volumes and the profile. Nothing of them may be in use.
Result<void> throw_away(const std::string& data);
// Goes on with a reset that was interrupted, if one was.
Result<void> finish_throwing_away(const std::string& data);

}  // namespace haar::main
