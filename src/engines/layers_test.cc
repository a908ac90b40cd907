#include "engines/layers.h"

#include <gtest/gtest.h>

#include "engines/landlock.h"

namespace haar::engines {
namespace {

TEST(Layers, WhatIsMissingIsSaidWithWhatWouldBringIt) {
  const LayersTold all = tell({7, true, namespaces::Kind::plain, true});
  EXPECT_TRUE(all.missing.empty());
  EXPECT_EQ(all.in_force.size(), 6U);
  const LayersTold none = tell({});
  EXPECT_TRUE(none.in_force.empty());
  EXPECT_EQ(none.missing.size(), 4U);
  EXPECT_NE(none.missing.front().find("Linux 5.13"), std::string::npos);
  const LayersTold old_kernel = tell({3, true, namespaces::Kind::none, true});
  ASSERT_EQ(old_kernel.missing.size(), 3U);
  EXPECT_EQ(old_kernel.missing[0], "Landlock does not hold TCP: needs Linux 6.7");
  for (const LayersTold& told : {all, none, old_kernel}) {
    for (const std::string& line : told.missing) {  // it goes into a header
      EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos);
      for (const char c : line) EXPECT_TRUE(c >= ' ' && c <= '~') << line;
    }
  }
}

TEST(Layers, ThisMachineIsWhatTheKernelSays) {
  const Layers found = Layers::of_this_machine();
  EXPECT_EQ(found.landlock, landlock::abi());
  EXPECT_EQ(found.namespaces, namespaces::permitted());
}

}  // namespace
}  // namespace haar::engines
