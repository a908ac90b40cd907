#include "console/signin/flow.h"

#include "auth/sha256.h"
#include "base/encoding.h"
#include "console/session/sessions.h"
#include "services/iam/account/account.h"

namespace haar::console {
namespace {

store::Key key_of(const AccountId& account, std::string_view digest) {
  return store::key_of(account, store::global, digest);
}

void make_room(store::Txn& txn, const AccountId& account, const std::string& principal_id) {
  std::size_t count = 0;
  store::Key oldest;
  Timestamp oldest_time{};
  for (const auto& [key, record] : txn.find(flows, flow_by_principal, store::join(account, principal_id))) {
    if (count++ == 0 || record.created < oldest_time) oldest = key, oldest_time = record.created;
  }
  if (count >= flows_per_principal_max) txn.erase(flows, oldest);
}

}  // namespace

std::optional<Flow> find_flow(const api::Environment& env, const store::Reader& reader, std::string_view cookie) {
  if (cookie.empty()) return std::nullopt;
  for (const auto& [key, record] : reader.find(flows, flow_by_cookie, auth::sha256_hex(cookie))) {
    const AccountId account = key.account();
    const iam::AccountRecord* owner = iam::find_account(reader, account);
    if (owner == nullptr || owner->state != "ACTIVE" || is_over(record, env.clock.now())) return std::nullopt;
    if (!equal_constant_time(record.password_mark, password_mark(reader, account, record.principal_id))) return std::nullopt;
    return Flow{account, record};
  }
  return std::nullopt;
}

std::string put_flow(const api::Environment& env, store::Txn& txn, Flow& flow) {
  std::string cookie;
  if (flow.record.cookie_digest.empty()) {
    make_room(txn, flow.account, flow.record.principal_id);
    cookie = new_cookie(env.random);
    flow.record.cookie_digest = auth::sha256_hex(cookie);
  }
  txn.put(flows, key_of(flow.account, flow.record.cookie_digest), FlowRecord(flow.record));
  return cookie;
}

void end_flow(store::Txn& txn, const Flow& flow) {
  const store::Key key = key_of(flow.account, flow.record.cookie_digest);
  if (txn.get(flows, key) != nullptr) txn.erase(flows, key);
}

}  // namespace haar::console
