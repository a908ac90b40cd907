#include "tls/names.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

#include "base/encoding.h"

namespace haar::tls {
namespace {

constexpr std::size_t label_bytes_max = 63;
constexpr char loopback_v4 = 127;

bool is_label(std::string_view label) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  return !label.empty() && label.size() <= label_bytes_max && label.front() != '-' && label.back() != '-' &&
         label.find_first_not_of(allowed) == label.npos;
}

bool is_dns_name(std::string_view text) {
  if (text.size() > dns_name_bytes_max) return false;
  std::string_view label;
  do {
    const std::size_t dot = text.find('.');
    label = text.substr(0, dot);
    if (!is_label(label)) return false;
    text = dot == text.npos ? std::string_view() : text.substr(dot + 1);
    if (dot != std::string_view::npos && text.empty()) return false;
  } while (!text.empty());
  return label.find_first_not_of("0123456789") != label.npos;  // "127.1" is an address that was meant otherwise
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

// "<service>.amazonaws.com", "<service>.<region>.amazonaws.com" and "<service>.<region>.api.aws", each also with -fips.
// https://docs.aws.amazon.com/general/latest/gr/rande.html
bool is_aws_endpoint(const ServedNames& names, std::string_view host) {
  const bool dual_stack = take_suffix(host, ".api.aws");
  if (!dual_stack && !take_suffix(host, ".amazonaws.com")) return false;
  const std::size_t dot = host.find('.');
  std::string_view service = host.substr(0, dot);
  take_suffix(service, "-fips");
  if (!names.services.contains(service)) return false;
  return dot == host.npos ? !dual_stack : names.regions.contains(host.substr(dot + 1));
}

bool is_under_wildcard(const Name& wildcard, std::string_view host) {
  if (wildcard.is_address || !wildcard.bytes.starts_with("*.")) return false;
  const std::size_t dot = host.find('.');
  return dot != host.npos && host.substr(dot) == std::string_view(wildcard.bytes).substr(1);
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

Name dns_name(std::string_view text) { return {false, std::string(text)}; }

Result<Name> parse_name(std::string_view text) {
  const std::string name = to_lower(text);
  in6_addr address{};
  for (const auto& [family, bytes] : {std::pair{AF_INET, sizeof(in_addr)}, std::pair{AF_INET6, sizeof(in6_addr)}}) {
    if (::inet_pton(family, name.c_str(), &address) == 1)
      return Name{true, {reinterpret_cast<const char*>(&address), bytes}};
  }
  if (is_dns_name(std::string_view(name).substr(name.starts_with("*.") ? 2 : 0))) return Name{false, name};
  return Error{"InvalidName", "\"" + std::string(text) + "\" is neither a DNS name nor an IP address"};
}

Result<std::vector<Name>> parse_names(std::string_view text) {
  std::vector<Name> names;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view one = trimmed(text.substr(0, comma));
    if (!one.empty()) names.push_back(TRY(parse_name(one)));
    text = comma == text.npos ? std::string_view() : text.substr(comma + 1);
  }
  return names;
}

const std::vector<Name>& default_names() {
  static const std::vector<Name> names = {dns_name("localhost"), dns_name("*.localhost"), parse_name("127.0.0.1").value(),
                                          parse_name("::1").value()};
  return names;
}

std::vector<Name> all_names(const ServedNames& names) {
  std::vector<Name> all = default_names();
  for (const Name& name : names.configured) {
    if (std::ranges::find(all, name) == all.end()) all.push_back(name);
  }
  return all;
}

bool is_served(const ServedNames& names, std::string_view host) {
  if (!is_dns_name(host)) return false;
  if (host.ends_with(".localhost")) return true;
  const auto covers = [&](const Name& name) { return name == dns_name(host) || is_under_wildcard(name, host); };
  return is_aws_endpoint(names, host) || std::ranges::any_of(names.configured, covers);
}

bool is_loopback(const Name& address) {
  return address.is_address && address.bytes.size() == sizeof(in_addr) && address.bytes.front() == loopback_v4;
}

}  // namespace haar::tls
