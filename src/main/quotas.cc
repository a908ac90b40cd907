#include "main/quotas.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "main/services.h"

namespace haar::main {
namespace {

Error mistake(std::string message) { return Error{"InvalidConfiguration", std::move(message), 400, Fault::sender}; }

Quota* find_quota(std::string_view name) {
  for (const services::Service* service : all_services().all) {
    for (Quota* quota : service->quotas) {
      if (quota->name() == name) return quota;
    }
  }
  return nullptr;
}

std::string all_names() {
  std::string names;
  for (const services::Service* service : all_services().all) {
    for (const Quota* quota : service->quotas) names.append(names.empty() ? "" : ", ").append(quota->name());
  }
  return names;
}

}  // namespace

Result<QuotaValues> parse_quotas(std::string_view text) {
  QuotaValues values;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const std::size_t equals = item.find('=');
    const std::string name(item.substr(0, equals));
    Quota* quota = find_quota(name);
    if (quota == nullptr) return mistake("there is no quota \"" + name + "\"; there are " + all_names());
    const std::string_view digits = equals == item.npos ? std::string_view() : item.substr(equals + 1);
    std::uint32_t value = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (problem != std::errc() || end != digits.data() + digits.size() || value == 0 || value > quota->most())
      return mistake(name + " must be a number from 1 to " + std::to_string(quota->most()) + ", as in " + name + "=" +
                     std::to_string(quota->initial()));
    values.emplace_back(quota, value);
  }
  return values;
}

void set_quotas(std::string_view text) {
  for (const services::Service* service : all_services().all) {
    for (Quota* quota : service->quotas) quota->set(quota->initial());
  }
  const Result<QuotaValues> values = parse_quotas(text);
  if (!values.ok()) return;
  for (const auto& [quota, value] : *values) quota->set(value);
}

}  // namespace haar::main
