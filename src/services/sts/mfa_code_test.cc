#include "services/sts/mfa_code.h"

#include <gtest/gtest.h>

#include "services/iam/test_world.h"

namespace haar::sts {
namespace {

class MfaCode : public ::testing::Test {
 protected:
  // What a request with a wrong code is told, when its transaction runs so many times, as after conflicts.
  std::string guess(const std::string& request_id, int runs = 1) {
    api::Origin origin;
    origin.request_id = request_id;
    std::string said;
    for (int i = 0; i < runs; ++i) {
      store::Txn txn(world_.snapshot());
      api::Call call(world_.env(), txn, caller_, origin, Region("us-east-1"), world_.clock().now());
      const Result<void> verified = verify_mfa_code(call, "arn:aws:iam::111122223333:mfa/ana", "000000");
      said += (said.empty() ? "" : " ") + verified.error().code;
    }
    return said;
  }

  iam::TestWorld world_;
  std::shared_ptr<const api::Caller> caller_ = world_.user("ana");
};

TEST_F(MfaCode, a_guess_whose_transaction_runs_again_counts_once) {
  for (const char* id : {"1", "2", "3", "4"}) EXPECT_EQ(guess(id, 3), "AccessDenied AccessDenied AccessDenied") << id;
  EXPECT_EQ(guess("5", 3), "AccessDenied AccessDenied AccessDenied") << "the fifth guess, whatever came before ran again";
  EXPECT_EQ(guess("6", 2), "Throttling Throttling");
  EXPECT_EQ(guess("5"), "AccessDenied") << "what was said before the conflict is said after it";
  world_.clock().advance_seconds(auth::attempts_pause_seconds);
  EXPECT_EQ(guess("7"), "AccessDenied");
}

}  // namespace
}  // namespace haar::sts
