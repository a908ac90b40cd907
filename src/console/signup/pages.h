// The pages of sign-up: what each step shows, and nothing of how it is decided.
#pragma once

#include <string>

#include "console/page/page.h"
#include "console/signup/records.h"

namespace haar::console {

struct SignUpView {
  const SignUpRecord& record;
  std::string error{};      // in plain words; empty: none
  std::string call_code{};  // of a call that waits for it
  std::string call_state{};
  bool active = false;    // the account is
};

// The first page, of somebody who has no sign-up yet.
Page signup_begin_page(const Visit& visit, const std::string& email, const std::string& name, const std::string& error);
// Whatever is next.
Page signup_page(const Visit& visit, const SignUpView& view);

}  // namespace haar::console
