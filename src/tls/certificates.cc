#include "tls/certificates.h"

#include <algorithm>

#include "base/encoding.h"

namespace haar::tls {
namespace {

constexpr std::int64_t day_seconds = 86'400;

}  // namespace

std::vector<Name> Certificates::names_for(std::string_view server_name, std::string_view address) const {
  const std::vector<Name>& usual = default_names();
  if (server_name.empty()) {
    const Result<Name> reached = parse_name(address);
    if (!reached.ok() || !reached->is_address || std::ranges::find(usual, *reached) != usual.end()) return usual;
    return is_loopback(*reached) ? std::vector{*reached} : all_names(names_);
  }
  const std::string host = to_lower(server_name);
  return is_served(names_, host) ? std::vector{dns_name(host)} : usual;
}

Result<std::shared_ptr<const ServerCertificate>> Certificates::find(std::string_view server_name,
                                                                    std::string_view address) {
  const std::vector<Name> names = names_for(server_name, address);
  const Timestamp now = clock_.wall();
  const std::lock_guard lock(mutex_);
  Kept* kept = nullptr;
  if (const auto found = kept_.find(names); found != kept_.end()) kept = &found->second;
  // The clock may have been set back, too: then what was made is not valid yet.
  if (kept == nullptr || now >= kept->certificate->renew_at || now < kept->certificate->valid_from) {
    auto made = TRY(make(names, now));
    if (kept == nullptr) {
      make_room();
      kept = &kept_[names];
    }
    kept->certificate = std::move(made);
  }
  kept->used = ++uses_;
  return kept->certificate;
}

Result<std::shared_ptr<const ServerCertificate>> Certificates::make(const std::vector<Name>& names, Timestamp now) const {
  auto made = std::make_shared<ServerCertificate>();
  made->key = TRY(make_key());
  made->certificate = TRY(authority_.issue(names, made->key.get(), now));
  made->valid_from = now.plus_seconds(-Authority::backdated_days * day_seconds);
  made->renew_at = made->valid_from.plus_seconds((Authority::server_lifetime_days - renewed_before_end_days) * day_seconds);
  return std::shared_ptr<const ServerCertificate>(std::move(made));
}

void Certificates::make_room() {
  if (kept_.size() < kept_max) return;
  kept_.erase(std::ranges::min_element(kept_, {}, [](const auto& entry) { return entry.second.used; }));
}

}  // namespace haar::tls
