// For tests: an iam that lives in memory, with one account and calls made through the pipeline's own
// execute(), so that a test says what a caller may do as well as what an operation does.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "api/kit/call.h"
#include "api/kit/identity.h"
#include "api/pipeline/execute.h"
#include "auth/attempts.h"
#include "base/clock.h"
#include "base/ids.h"
#include "model/iam/CreateAccessKey.h"
#include "model/iam/CreateRole.h"
#include "model/iam/CreateUser.h"
#include "model/iam/PutUserPolicy.h"
#include "model/iam/SimulateCustomPolicy.h"
#include "services/iam/account/account.h"
#include "services/iam/federation/outbound_federation.h"
#include "services/iam/identity.h"
#include "services/iam/operations.h"
#include "services/iam/principals/service_linked_roles.h"
#include "services/iam/records.h"
#include "services/iam/service.h"
#include "store/db.h"
#include "store/memory_backend.h"

namespace haar::iam {

class TestWorld {
 public:
  // `more`: another service beside iam.
  explicit TestWorld(const services::Service* more = nullptr,
                     const std::vector<const store::SpaceBase*>& more_spaces = {})
      : clock_(Timestamp::from_seconds(1'800'000'000)),
        keyring_(auth::Keyring::ephemeral()),
        db_(store::Db::open(store::make_memory_backend(), spaces_with(more, more_spaces)).value()),
        identities_(keyring_) {
    services::add_rows(registry_, manifest());
    if (more != nullptr) services::add_rows(registry_, *more);
    env_ = std::make_unique<api::Environment>(clock_, system_random(), keyring_, identities_, registry_);
    env_->put(role_uses_);
    env_->put(attempts_);
    env_->put(own_endpoint_);
    own_endpoint_.set("http://127.0.0.1:4566");
    add_account(account);
  }

  void add_account(const AccountId& id) {
    NewAccount wanted;
    wanted.id = id;
    wanted.name = "Example";
    wanted.email = "root@" + id.value + ".example.com";
    const AccountPlan plan = plan_account(store::Reader(db_->snapshot()), wanted, system_random()).value();
    write([&](store::Txn& txn) {
      EXPECT_TRUE(create_account(txn, plan, clock_.now(), system_random(), keyring_).ok());
    });
  }

  // The root user of an account.
  std::shared_ptr<const api::Caller> root(const AccountId& id = AccountId("111122223333")) {
    auto caller = std::make_shared<api::Caller>();
    caller->type = api::CallerType::root;
    caller->account = id;
    caller->arn = caller->principal_arn = "arn:aws:iam::" + id.value + ":root";
    caller->unique_id = id.value;
    return caller;
  }

  // Runs one call as the pipeline does: resolved, authorized, handled, committed if it succeeded.
  template <class Op>
  Result<typename Op::Output> run(const std::shared_ptr<const api::Caller>& caller, const typename Op::Input& in) {
    const api::Row& row = *registry_.find(Op::model());
    std::shared_ptr<void> prepared;
    api::Origin origin;
    origin.request_id = uuid4(system_random());
    if (row.prepare) {
      store::Txn state(db_->snapshot());
      api::Execution ahead;
      if (!row.identify_caller)
        TRY(api::decide({*env_, state, caller, origin, Region("us-east-1"), clock_.now()}, row, &in, nullptr, ahead));
      prepared = TRY(row.prepare({*env_, *caller, state}, &in));
      if (between) between();
    }
    typename Op::Output out{};
    Result<void> done;
    const auto work = [&](store::Txn& txn) {
      out = {};
      api::Call call(*env_, txn, caller, origin, Region("us-east-1"), clock_.now());
      api::Execution execution;
      done = api::execute(call, row, &in, prepared.get(), &out, execution);
      return done.ok() ? store::Keep::commit : store::Keep::discard;
    };
    if (!row.writes(&in)) {
      store::Txn txn(db_->snapshot());
      work(txn);
    } else {
      EXPECT_EQ(db_->submit_and_wait(work), store::Outcome::committed);
    }
    if (!done.ok()) return std::move(done).error();
    return out;
  }
  template <class Op>
  Result<typename Op::Output> run(const typename Op::Input& in) {
    return run<Op>(root(), in);
  }
  // "" on success, else "Code: message".
  template <class Op>
  std::string error(const std::shared_ptr<const api::Caller>& caller, const typename Op::Input& in) {
    const Result<typename Op::Output> done = run<Op>(caller, in);
    return done.ok() ? "" : done.error().code + ": " + done.error().message;
  }
  template <class Op>
  std::string error(const typename Op::Input& in) {
    return error<Op>(root(), in);
  }

  template <class Work>
  void write(Work work) {
    EXPECT_EQ(db_->submit_and_wait([&](store::Txn& txn) {
      work(txn);
      return store::Keep::commit;
    }), store::Outcome::committed);
  }
  store::Snapshot snapshot() { return db_->snapshot(); }
  store::Db& db() { return *db_; }

  // A user with an inline policy (none if empty) and an access key, as the pipeline would see the caller.
  std::shared_ptr<const api::Caller> user(const std::string& name, const std::string& policy = {}) {
    CreateUserRequest create;
    create.UserName = name;
    EXPECT_EQ(error<ops::CreateUser>(create), "");
    if (!policy.empty()) put_policy(name, policy);
    CreateAccessKeyRequest key;
    key.UserName = name;
    const std::string id = run<ops::CreateAccessKey>(key).value().AccessKey.AccessKeyId;
    return identities_.find_access_key(store::Reader(snapshot()), id)->caller;
  }
  void put_policy(const std::string& user, const std::string& document) {
    PutUserPolicyRequest put;
    put.UserName = user;
    put.PolicyName = "p";
    put.PolicyDocument = document;
    EXPECT_EQ(error<ops::PutUserPolicy>(put), "");
  }
  std::string role(const std::string& name, const std::string& trust) {
    CreateRoleRequest create;
    create.RoleName = name;
    create.AssumeRolePolicyDocument = trust;
    return run<ops::CreateRole>(create).value().Role.Arn;
  }

  // What happens between a call's preparation and its transaction; nothing if empty.
  std::function<void()> between;

  const AccountId account{"111122223333"};
  ManualClock& clock() { return clock_; }
  const auth::Keyring& keyring() { return keyring_; }
  IamIdentities& identities() { return identities_; }
  RoleUses& role_uses() { return role_uses_; }
  api::Environment& env() { return *env_; }
  api::Environment& environment() { return *env_; }
  // The caller that session credentials make, as the pipeline would see it now; null when it is refused.
  std::shared_ptr<const api::Caller> session(const std::string& access_key_id, const std::string& token) {
    Result<auth::OpenedSession> opened =
        auth::open_session(keyring_, access_key_id, token, clock_.now(), auth::Family::query);
    if (!opened.ok()) return nullptr;
    Result<std::shared_ptr<const api::Caller>> caller =
        identities_.find_session(store::Reader(snapshot()), opened->claims, access_key_id);
    return caller.ok() ? std::move(caller).value() : nullptr;
  }

 private:
  static std::vector<const store::SpaceBase*> spaces_with(const services::Service* more,
                                                          const std::vector<const store::SpaceBase*>& more_spaces) {
    std::vector<const store::SpaceBase*> all = manifest().spaces;
    if (more != nullptr) all.insert(all.end(), more->spaces.begin(), more->spaces.end());
    all.insert(all.end(), more_spaces.begin(), more_spaces.end());
    return all;
  }

  ManualClock clock_;
  auth::Keyring keyring_;
  std::unique_ptr<store::Db> db_;
  IamIdentities identities_;
  api::Registry registry_;
  RoleUses role_uses_;
  auth::Attempts attempts_;
  api::OwnEndpoint own_endpoint_;
  std::unique_ptr<api::Environment> env_;
};

// {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":…,"Resource":…}]}
inline std::string allow(const std::string& action, const std::string& resource = "*") {
  return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":")" + action + R"(","Resource":")" + resource +
         R"("}]})";
}
// Trusts one "AWS" principal with these actions.
inline std::string trust(const std::string& principal, const std::string& actions = R"("sts:AssumeRole")") {
  return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":")" + principal +
         R"("},"Action":[)" + actions + "]}]}";
}

}  // namespace haar::iam
