#include "console/console.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/encoding.h"
#include "console/app/app.h"
#include "console/gateway/gateway.h"
#include "console/signin/guesses.h"
#include "console/signin/role_records.h"
#include "web/sites/health.h"

namespace haar::console {
namespace {

constexpr std::size_t host_max = 253, hosts_max = 16;

bool is_host_name(std::string_view name) {
  return !name.empty() && name.size() <= host_max && !name.starts_with('.') && !name.starts_with('-') &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
         });
}

// Of records whose function says that they are over; in order of their keys, at most so many.
template <class R, class IsOver>
control::Retained retained(std::string_view name, const store::KeySpace<R>& space, IsOver is_over) {
  return {name,
          [&space, is_over](const store::Reader& reader, Timestamp now, std::size_t most) {
            std::vector<store::Key> keys;
            for (const auto& [key, record] : reader.scan(space, {})) {
              if (keys.size() >= most) break;
              if (is_over(record, now)) keys.push_back(key);
            }
            return keys;
          },
          [&space](store::Txn& txn, const store::Key& key) {
            if (txn.get(space, key) != nullptr) txn.erase(space, key);
          }};
}

}  // namespace

Console::Console(const ConsoleParts& parts)
    : parts_(parts), sign_in_({parts.env, parts.db, parts.log, last_use_, parts.hosts, parts.region}),
      accounts_(parts.env, parts.db, last_use_, parts.hosts, parts.accounts) {
  parts_.log.on_flush([this](store::Txn& txn) { last_use_.flush(txn); }, [this] { last_use_.flushed(); });
}

std::vector<web::Site> Console::sites() {
  std::vector<web::Site> all = sign_in_.sites();
  all.push_back(gateway({parts_.env, parts_.pipeline, last_use_, parts_.hosts, parts_.regions, parts_.region}));
  for (web::Site& site : app_sites(parts_.hosts)) all.push_back(std::move(site));
  for (web::Site& site : accounts_.sites()) all.push_back(std::move(site));
  // A name of one of these sites has nothing that is not theirs; health answers under it, too.
  std::set<std::string> names;
  for (const web::Site& site : all) names.insert(site.hosts.begin(), site.hosts.end());
  web::Site health = web::health();
  health.hosts.assign(names.begin(), names.end());
  all.push_back(std::move(health));
  return all;
}

std::vector<const store::SpaceBase*> spaces() {
  return {&sessions, &guesses, &flows, &role_histories, &used_tokens, &root_mfas, &signups, &recoveries};
}

std::vector<control::Retained> retained_records() {
  return {
      retained("console/session", sessions, [](const SessionRecord& r, Timestamp now) { return r.expires <= now; }),
      retained("console/flow", flows, [](const FlowRecord& r, Timestamp now) { return is_over(r, now); }),
      retained("console/used-token", used_tokens, [](const UsedTokenRecord& r, Timestamp now) { return r.ends <= now; }),
      retained("console/sign-up", signups, [](const SignUpRecord& r, Timestamp now) { return is_forgotten(r, now); }),
      retained("console/recovery", recoveries, [](const RecoveryRecord& r, Timestamp now) { return is_forgotten(r, now); }),
      retained("console/guess", guesses, [](const GuessRecord& r, Timestamp now) { return is_forgotten(r, now); }),
  };
}

Result<std::vector<std::string>> console_hosts(std::string_view setting) {
  std::vector<std::string> hosts{std::string(default_host)};
  while (!setting.empty()) {
    const std::size_t end = std::min(setting.find(','), setting.size());
    std::string name = to_lower(setting.substr(0, end));
    setting.remove_prefix(std::min(end + 1, setting.size()));
    if (!is_host_name(name) || hosts.size() >= hosts_max)
      return Error{"InvalidConfiguration", "\"" + name + "\" is no host name, or there are more than 15."};
    if (std::ranges::find(hosts, name) == hosts.end()) hosts.push_back(std::move(name));
  }
  return hosts;
}

}  // namespace haar::console
