#include "data/service_principals.h"

#include <algorithm>
#include <span>

namespace haar::data {
namespace {

bool contains(std::span<const std::string_view> sorted, std::string_view text) {
  return std::ranges::binary_search(sorted, text);
}

// "eu-west-1", "us-gov-east-1": letters and digits with at least two hyphens, a digit last.
bool is_region(std::string_view text) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !text.empty() && text.back() >= '0' && text.back() <= '9' && std::ranges::count(text, '-') >= 2 &&
         std::ranges::all_of(text, fits);
}

}  // namespace

bool is_service_principal(std::string_view text, std::string_view domain) {
  if (text.size() <= domain.size() + 1 || !text.ends_with(domain)) return false;
  text.remove_suffix(domain.size());
  if (text.back() != '.') return false;
  text.remove_suffix(1);
  const std::span known(detail::service_principal_table, detail::service_principal_count);
  if (contains(known, text)) return true;
  const std::size_t dot = text.rfind('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view service = text.substr(0, dot), region = text.substr(dot + 1);
  if (contains({detail::opt_in_region_table, detail::opt_in_region_count}, region)) return contains(known, service);
  return is_region(region) &&
         contains({detail::principal_in_every_region_table, detail::principal_in_every_region_count}, service);
}

}  // namespace haar::data
