#include "services/rds/access/certificate_kind.h"

#include "services/rds/records.h"

namespace haar::rds {
namespace {

// A certificate is made anew a month before its end.
constexpr fleet::Delay between_looks = std::chrono::hours(1);
constexpr int failures_that_count = 3;  // there is no record of them: the next try is soon, and later with every other look

}  // namespace

std::vector<store::Key> CertificateKind::list(const store::Reader& reader) const {
  std::vector<store::Key> keys;
  for (const auto& [key, cluster] : reader.scan(clusters, {})) keys.push_back(key);
  return keys;
}

std::optional<store::Key> CertificateKind::concerned(const store::Reader& reader, const store::Changed& change) const {
  if (change.space == clusters.name()) return change.key;
  if (change.space != instances.name()) return std::nullopt;
  const InstanceRecord* instance = reader.get(instances, change.key);
  if (instance == nullptr) return access_->cluster_of(reader, change.key);
  return store::key_of(change.key.account(), change.key.region(), instance->cluster_id);
}

fleet::Plan CertificateKind::plan(const store::Key& key) {
  fleet::Plan out;
  out.look_again = between_looks;
  access_->forget_gone();
  for (const std::string& engine : access_->outdated(key))
    out.actions.push_back({"renew_certificate", [this, engine] { return access_->renew(engine); }, engine});
  return out;
}

int CertificateKind::note_failure(const store::Key&, const fleet::Action&, const Error&) { return failures_that_count; }

fleet::EndpointPlanner CertificateKind::endpoint_planner() const {
  return {std::string(kind_name), [](const store::Reader&, std::set<store::Key>&) {},
          [](const store::Reader&, const store::Reader&, const store::Changed&, std::set<store::Key>&) {},
          [](const store::Reader&, const store::Key&, std::vector<fleet::EndpointPlan>&) {}};
}

}  // namespace haar::rds
