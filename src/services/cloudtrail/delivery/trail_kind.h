// Trails as a kind of the fleet: what is recorded is delivered to their buckets. What to do is said by trail_plan.h; a timer
// is set for the next time, so that `haar advance` moves it.
#pragma once

#include "fleet/engineless_kind.h"
#include "fleet/host.h"
#include "services/cloudtrail/delivery/delivery.h"

namespace haar::cloudtrail {

class TrailKind final : public fleet::EnginelessKind {
 public:
  static constexpr std::string_view kind_name = "cloudtrail";

  explicit TrailKind(const fleet::Host& host);

  [[nodiscard]] std::string_view name() const override { return kind_name; }
  // A share of their own: nobody's failover waits for a bucket.
  [[nodiscard]] std::string group_of(const store::Key& key) const override { return "trails/" + key.account().value; }
  [[nodiscard]] std::vector<store::Key> list(const store::Reader& reader) const override;
  [[nodiscard]] std::optional<store::Key> concerned(const store::Reader& reader, const store::Changed& change) const override;
  fleet::Plan plan(const store::Key& key) override;
  int note_failure(const store::Key& key, const fleet::Action& action, const Error& error) override;

 private:
  const fleet::Host& host_;
  Delivery delivery_;
};

// The states that trails of this key have left which are no more.
std::vector<store::Key> left_behind(const store::Reader& reader, const store::Key& trail);

}  // namespace haar::cloudtrail
