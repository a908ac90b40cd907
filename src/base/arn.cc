#include "base/arn.h"

#include <array>

namespace haar {

std::string make_arn(const Partition& partition, std::string_view service, std::string_view region,
                     const AccountId& account, std::string_view resource) {
  std::string out;
  out.reserve(12 + partition.value.size() + service.size() + region.size() + account.value.size() + resource.size());
  out.append("arn:").append(partition.value).append(":").append(service).append(":").append(region);
  out.append(":").append(account.value).append(":").append(resource);
  return out;
}

std::string Arn::str() const {
  return make_arn(Partition(partition), service, region, AccountId(account), resource);
}

std::optional<Arn> Arn::parse(std::string_view text) {
  std::array<std::string_view, 6> part;
  for (std::size_t i = 0; i < 5; ++i) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return {};
    part[i] = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  part[5] = text;
  if (part[0] != "arn" || part[1].empty() || part[2].empty() || part[5].empty()) return {};
  return Arn{std::string(part[1]), std::string(part[2]), std::string(part[3]), std::string(part[4]),
             std::string(part[5])};
}

}  // namespace haar
