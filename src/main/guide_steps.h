// The steps that AWS's set-up guides ask of a person and that have no public API, each with the test that walks it. Another
// step is another row: the compatibility page shows them, and a test looks that each test exists.
#pragma once

#include <span>
#include <string_view>

namespace haar::main {

struct GuideStep {
  std::string_view step;  // "B2"; parts of sign-up (A), the root user (B), devices (C), sign-in (F), billing (K)
  std::string_view what;
  std::string_view file, test;  // "test/console/test_signin.py", "test_…"
};

std::span<const GuideStep> guide_steps();

}  // namespace haar::main
