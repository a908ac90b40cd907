// Call: all that a handler touches. A handler is a plain function
//     Result<CreateUserResponse> create_user(Call& call, const CreateUserRequest& in);
// that reads and writes through call.txn, and asks call for the time, for ids and for who is calling.
// It does no I/O and waits for nothing: it runs inside the transaction, on the writer's thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <typeindex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/kit/caller.h"
#include "auth/keyring.h"
#include "base/arn.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/names.h"
#include "base/result.h"
#include "events/record.h"
#include "store/key.h"
#include "store/reader.h"
#include "wire/schema.h"

namespace haar::api {

class Identities;
class Organizations;
class Registry;

// What the process is made of. Lives as long as the server; every part is thread-safe.
class Environment {
 public:
  Environment(Clock& clock, Random& random, const auth::Keyring& keyring, Identities& identities, const Registry& rows)
      : clock(clock), random(random), keyring(keyring), identities(identities), rows(rows) {}

  Clock& clock;
  Random& random;
  const auth::Keyring& keyring;
  Identities& identities;
  const Registry& rows;
  Partition partition{"aws"};
  Organizations* organizations = nullptr;  // null: no account is in one

  // Parts that only some services know (the catalogue of engines): put at start-up, found by type.
  template <class T>
  void put(T& part) { parts_[typeid(T)] = &part; }
  template <class T>
  [[nodiscard]] T& part() const { return *static_cast<T*>(parts_.at(typeid(T))); }
  // Null if nobody has put it.
  template <class T>
  [[nodiscard]] T* find_part() const {
    const auto found = parts_.find(typeid(T));
    return found == parts_.end() ? nullptr : static_cast<T*>(found->second);
  }

 private:
  std::unordered_map<std::type_index, void*> parts_;
};

// How a service calls another one inside the same transaction (ARCHITECTURE.md: the life of a request).
struct Invoker {
  std::string service;                   // "rds.amazonaws.com": joins aws:CalledVia, and invokedBy in the event
  std::shared_ptr<const Caller> caller;  // null: on behalf of the current caller (forward access);
                                         // else e.g. the service-linked role's session
};

class Call {
 public:
  Call(const Environment& env, store::Txn& txn, std::shared_ptr<const Caller> caller, const Origin& origin,
       Region region, Timestamp now)
      : txn(txn), env(env), origin(origin), caller_(std::move(caller)), region_(std::move(region)), now_(now) {}

  store::Txn& txn;
  const Environment& env;
  const Origin& origin;

  [[nodiscard]] const Caller& caller() const { return *caller_; }
  [[nodiscard]] const std::shared_ptr<const Caller>& shared_caller() const { return caller_; }
  // The account acted in: the caller's own.
  [[nodiscard]] const AccountId& account() const { return caller_->account; }
  // us-east-1 for global services, whatever region the request was signed for.
  [[nodiscard]] const Region& region() const { return region_; }
  [[nodiscard]] const Partition& partition() const { return env.partition; }
  // One moment for the whole call.
  [[nodiscard]] Timestamp now() const { return now_; }
  [[nodiscard]] Random& random() const { return env.random; }

  // arn:aws:rds:<region>:<account>:<resource>; iam's have no region.
  [[nodiscard]] std::string arn(std::string_view service, std::string_view resource) const {
    return make_arn(env.partition, service, service == "iam" ? std::string_view() : std::string_view(region_.value),
                    account(), resource);
  }
  // Key of a record of this account in this region, or of this account's global ones.
  template <class... Parts>
  [[nodiscard]] store::Key key(const Parts&... parts) const {
    return store::key_of(account(), region_.value, parts...);
  }
  template <class... Parts>
  [[nodiscard]] store::Key global_key(const Parts&... parts) const {
    return store::key_of(account(), store::global, parts...);
  }

  // Runs another operation in this transaction: resolved, authorized and recorded like any other call.
  template <class Op>
  Result<typename Op::Output> invoke(const Invoker& invoker, const typename Op::Input& in) {
    typename Op::Output out{};
    Result<void> done = invoke_erased(invoker, Op::model(), &in, &out);
    if (!done.ok()) return std::move(done).error();
    return out;
  }

  // For a person, beside the answer: sent as the header x-haar-notice, which AWS's clients show with --debug.
  std::string notice;
  // Events of inner calls, written with the outer one's.
  std::vector<events::WrittenEvent>* inner_events = nullptr;

 private:
  Result<void> invoke_erased(const Invoker& invoker, const wire::Operation& operation, const void* in, void* out);

  std::shared_ptr<const Caller> caller_;
  Region region_;
  Timestamp now_;
};

}  // namespace haar::api
