#include <gtest/gtest.h>

#include <iterator>

#include "protocol/patterns.h"
#include "wire/pattern.h"

namespace haar::wire {
namespace {

// A pattern that RE2 refuses would end the process when a client first meets it; see models/patches.
TEST(Patterns, every_pattern_of_every_model_compiles) {
  for (auto at = std::begin(model_patterns); at != std::end(model_patterns); at += 2)
    EXPECT_TRUE(compiles(at[1])) << at[0] << ": " << at[1];
}

}  // namespace
}  // namespace haar::wire
