// What an account's root has switched is kept, and every format of it is read.
#include "services/iam/account/settings.h"

#include <gtest/gtest.h>

#include "store/golden.h"

namespace haar::iam {
namespace {

TEST(AccountSettings, AreRead) {
  const AccountSettingsRecord record{{"eu-south-1", "me-south-1"}, true};
  const Result<void> read = store::check_goldens<AccountSettingsRecord>({{1, record}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

}  // namespace
}  // namespace haar::iam
