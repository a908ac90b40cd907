// The models' regular expressions. A pattern is compiled when a value first meets it and kept for good.
#pragma once

#include <string_view>

#include "wire/schema.h"

namespace haar::wire {

// The whole text must match, as on AWS. A pattern that does not compile ends the process: a test compiles
// every one of the models, so this is a damaged binary.
bool matches(const Pattern& pattern, std::string_view text);

// Whether RE2 takes the pattern at all.
bool compiles(std::string_view pattern);

}  // namespace haar::wire
