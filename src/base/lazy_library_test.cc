#include "base/lazy_library.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace haar {
namespace {

constinit LazyLibrary libm{"libm.so.6"};
constinit LazyFunction<double(double, double)> power{libm, "pow"};
constinit LazyFunction<double(double)> unknown{libm, "haar_has_no_such_function"};
constinit LazyLibrary nowhere{"libhaar-is-not-installed.so.1"};
constinit LazyFunction<void()> lost{nowhere, "lost"};

TEST(LazyLibrary, AFunctionIsFoundWhenItIsCalled) {
  EXPECT_EQ(power(2.0, 10.0), 1024.0);
  EXPECT_EQ(power(3.0, 2.0), 9.0);
}

TEST(LazyLibrary, WhatIsMissingIsSaid) {
  EXPECT_THROW(unknown(1.0), std::runtime_error);
  try {
    lost();
    FAIL();
  } catch (const std::runtime_error& e) {
    EXPECT_NE(std::string(e.what()).find("libhaar-is-not-installed.so.1"), std::string::npos);
  }
}

}  // namespace
}  // namespace haar
