#include "control/new_accounts.h"

#include <gtest/gtest.h>

namespace haar::control {
namespace {

// The plan by itself; that accounts are made, and made after a crash, is tested in test/fleet and test/api.
TEST(NewAccounts, every_situation_has_its_step) {
  struct Case {
    const char *state, *account;
    bool networks_left;
    AccountStep step;
  };
  for (const Case& c : {
           Case{"IN_PROGRESS", "", false, AccountStep::make_account},
           Case{"IN_PROGRESS", "111122223333", true, AccountStep::make_networks},
           Case{"IN_PROGRESS", "111122223333", false, AccountStep::finish_request},
           Case{"SUCCEEDED", "111122223333", true, AccountStep::none},
           Case{"SUCCEEDED", "111122223333", false, AccountStep::none},
           Case{"FAILED", "", false, AccountStep::none},
       }) {
    organizations::AccountRequestRecord request;
    request.state = c.state;
    request.account_id = c.account;
    EXPECT_EQ(next_step(&request, c.networks_left), c.step) << c.state << " " << c.account << " " << c.networks_left;
  }
  EXPECT_EQ(next_step(nullptr, false), AccountStep::none);
}

}  // namespace
}  // namespace haar::control
