#include "services/elasticache/users/access_kind.h"

#include <algorithm>

#include "services/elasticache/parameters/config.h"
#include "services/elasticache/users/users.h"

namespace haar::elasticache {
namespace {

// While engines are being told. They tell it nobody.
constexpr fleet::Delay look_while_changing{50};
constexpr int failures_that_count = 3;  // there is no record of them
constexpr std::string_view of_users = "user";

// Both kinds of record have such ids: keys of users have one part more.
store::Key key_of_user(const store::Key& user) {
  return store::key_of(user.account(), user.region(), user.part(2), of_users);
}
bool is_user(const store::Key& key) { return key.parts() > 3; }

bool lags(const store::Reader& reader, const store::Key& cluster) {
  const std::optional<ClusterView> view = find_cluster(reader, cluster);
  return view && !view->wanted.deleting && view->seen.given_up.empty() &&
         !std::ranges::all_of(view->nodes, [&](const NodeView& node) { return goes_by_access(*view, node); });
}

// Some engine may still let him in. Of what was given up none runs.
bool is_known(const store::Reader& reader, const store::Key& user) {
  const std::string id = user.part(2);
  for (const auto& [key, state] : reader.scan(node_states, store::prefix_of(user.account(), user.region()))) {
    if (!state.config.access.contains(id)) continue;
    const auto* cluster = reader.get(cluster_states, store::key_of(user.account(), user.region(), key.part(2)));
    if (cluster == nullptr || !cluster->rests) return true;
  }
  return false;
}

}  // namespace

std::vector<store::Key> AccessKind::list(const store::Reader& reader) const {
  std::vector<store::Key> keys;
  for (const auto& [key, group] : reader.scan(user_groups, {})) keys.push_back(key);
  for (const auto& [key, user] : reader.scan(users, {})) {
    if (user.deleting) keys.push_back(key_of_user(key));
  }
  return keys;
}

std::optional<store::Key> AccessKind::concerned(const store::Reader& reader, const store::Changed& change) const {
  if (change.space == user_groups.name()) return change.key;
  if (change.space != users.name()) return std::nullopt;
  const UserRecord* user = reader.get(users, change.key);
  return user != nullptr && user->deleting ? std::optional(key_of_user(change.key)) : std::nullopt;
}

fleet::Plan AccessKind::plan(const store::Key& key) {
  const store::Reader reader(clusters_.host().db.snapshot());
  return is_user(key) ? plan_user(reader, key) : plan_group(reader, key);
}

fleet::Plan AccessKind::plan_group(const store::Reader& reader, const store::Key& key) {
  fleet::Plan out;
  for (const store::Key& cluster : clusters_of_user_group(reader, key)) {
    if (!lags(reader, cluster)) continue;
    reconciler_.look(ClusterKind::kind_name, cluster);
    out.look_again = look_while_changing;
  }
  return out;
}

fleet::Plan AccessKind::plan_user(const store::Reader& reader, const store::Key& key) {
  fleet::Plan out;
  const store::Key user_key = store::key_of(key.account(), key.region(), key.part(2));
  const UserRecord* user = reader.get(users, user_key);
  if (user == nullptr || !user->deleting) return out;
  if (is_known(reader, user_key)) out.look_again = look_while_changing;
  else out.actions.push_back({"remove_user", [this, user_key, id = user->id] { return remove_user(user_key, id); }, ""});
  return out;
}

Result<void> AccessKind::remove_user(const store::Key& key, const std::string&) {
  return clusters_.transact(key, [&](api::Call& call) -> Result<void> {
    const UserRecord* user = call.txn.get(users, key);
    if (user != nullptr && user->deleting && !is_known(call.txn, key)) call.txn.erase(users, key);
    return {};
  });
}

int AccessKind::note_failure(const store::Key&, const fleet::Action&, const Error&) { return failures_that_count; }

}  // namespace haar::elasticache
