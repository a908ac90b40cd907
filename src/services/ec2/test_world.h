// A store with the spaces of ec2, in which handlers run as the pipeline runs them, without its authorization.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "services/ec2/network/network.h"
#include "services/ec2/service.h"
#include "services/iam/identity.h"
#include "store/db.h"
#include "store/memory_backend.h"

namespace haar::ec2 {

class World : public ::testing::Test {
 protected:
  // `more`: spaces beside those of ec2.
  explicit World(const std::vector<const store::SpaceBase*>& more = {}) {
    std::vector<const store::SpaceBase*> spaces = manifest().spaces;
    spaces.insert(spaces.end(), more.begin(), more.end());
    db_ = store::Db::open(store::make_memory_backend(), spaces).value();
    services::add_rows(registry_, manifest());
    caller_->account = account_;
    caller_->unique_id = "AIDAEXAMPLE";
  }

  store::Key key(std::string_view id) { return store::key_of(account_, region_, id); }

  template <class Work>
  void write(Work work) {
    ASSERT_EQ(db_->submit_and_wait([&](store::Txn& txn) {
      work(txn);
      return store::Keep::commit;
    }), store::Outcome::committed);
  }

  // Calls work(call) in a transaction, which is committed if the result is ok().
  template <class Work>
  auto in_call(Work work, std::vector<std::string> called_via = {}) {
    const api::Environment env(clock_, system_random(), keyring_, identities_, registry_);
    api::Origin origin;
    origin.called_via = std::move(called_via);
    using Outcome = decltype(work(std::declval<api::Call&>()));
    std::optional<Outcome> result;
    const store::Outcome outcome = db_->submit_and_wait([&](store::Txn& txn) {
      api::Call call(env, txn, caller_, origin, region_, clock_.now());
      result = work(call);
      return result->ok() ? store::Keep::commit : store::Keep::discard;
    });
    EXPECT_EQ(outcome, store::Outcome::committed);
    return *std::move(result);
  }

  // As the services named in `called_via` would call it.
  template <class Op>
  Result<typename Op::Output> run(const typename Op::Input& in, std::vector<std::string> called_via = {}) {
    return in_call(
        [&](api::Call& call) -> Result<typename Op::Output> {
          typename Op::Output out{};
          const Result<void> done = registry_.find(Op::model())->handle(call, &in, nullptr, &out);
          if (!done.ok()) return done.error();
          return out;
        },
        std::move(called_via));
  }

  const AccountId account_{"111122223333"};
  const ::haar::Region region_{"us-east-1"};
  ManualClock clock_{Timestamp::from_seconds(1'800'000'000)};
  auth::Keyring keyring_ = auth::Keyring::ephemeral();
  iam::IamIdentities identities_{keyring_};
  api::Registry registry_;
  std::shared_ptr<api::Caller> caller_ = std::make_shared<api::Caller>();
  std::unique_ptr<store::Db> db_;
};

}  // namespace haar::ec2
