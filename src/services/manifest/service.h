// All that a service is, for whoever composes the program: each service has one such in its service.cc, and
// src/main/services.cc lists them. Rows, key spaces, reset, the CLI's profile, the tagging API and the fleet come from there.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/role_uses.h"
#include "api/kit/row.h"
#include "api/kit/tagged.h"
#include "base/quota.h"
#include "fleet/engine_kind.h"
#include "fleet/host.h"
#include "fleet/reconciler.h"
#include "store/space.h"

namespace haar::services {

// What a kind of the fleet is made of. Reconciler, host and machine outlive it; of the runtime it takes what it needs.
struct FleetParts {
  const fleet::Runtime& runtime;
  fleet::Reconciler& reconciler;
  const fleet::Host& host;
  const fleet::Machine& machine;
  // Where the endpoints of a resource of this kind lead may have changed.
  std::function<void(std::string_view kind, const store::Key& resource)> endpoints_changed;
};

struct Service {
  const wire::Service& model;
  // One table for each file of handlers.
  std::vector<const api::Operations*> rows{};
  // What every row gets beside what it says of itself; null: nothing.
  api::Operations (*complete_rows)(const api::Operations& rows) = nullptr;
  std::vector<const store::SpaceBase*> spaces{};
  // What an operator may raise, as AWS does for a customer.
  std::vector<Quota*> quotas{};
  // Of what has tags, for the Resource Groups Tagging API; null: nothing has.
  void (*add_tagged)(const api::Call& call, api::TaggedResources& out) = nullptr;
  // Whether those are in a region; else the account's alone.
  bool is_regional = false;
  // Who uses the service-linked role of this principal; null: the service has none.
  std::string_view role_principal{};
  std::vector<api::RoleUse> (*role_uses)(const store::Reader& reader, const AccountId& account,
                                         const Partition& partition) = nullptr;
  // What it runs, in the order in which they hear that an engine has ended; null: nothing.
  std::vector<std::unique_ptr<fleet::EngineKind>> (*make_kinds)(const FleetParts& parts) = nullptr;
  // Where its engines' data lies, below the data folder; empty: it has none.
  std::string_view data_folder{};
};

// Gives the service's rows to the registry.
inline void add_rows(api::Registry& registry, const Service& service) {
  api::Operations rows;
  for (const api::Operations* table : service.rows) {
    const api::Operations complete = service.complete_rows != nullptr ? service.complete_rows(*table) : *table;
    rows.insert(rows.end(), complete.begin(), complete.end());
  }
  registry.add(service.model, {&rows});
}

// For handlers that need to know all services (the tagging API). In the Environment.
struct ServiceList {
  std::vector<const Service*> all;
};

}  // namespace haar::services
