// The names that haar's certificates stand for: this machine's own, those of the operator's, and AWS's endpoint names.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace haar::tls {

// A name in a certificate: a DNS name in lower case, perhaps "*.example.com", or an IP address of 4 or 16 bytes.
struct Name {
  bool is_address = false;
  std::string bytes;

  auto operator<=>(const Name&) const = default;
};

Name dns_name(std::string_view text);
// "127.0.0.1", "::1", "*.haar.test", "haar". Error "InvalidName": neither a DNS name nor an address.
Result<Name> parse_name(std::string_view text);
// The same, separated by commas; blanks around them and empty ones are left out.
Result<std::vector<Name>> parse_names(std::string_view text);

struct ServedNames {
  std::vector<Name> configured;
  std::set<std::string, std::less<>> services;  // as they stand in endpoints: "iam", "rds"
  std::set<std::string, std::less<>> regions;   // "us-east-1"
};

inline constexpr std::size_t dns_name_bytes_max = 253;

// What stands in the certificate for everybody who asks for no other: localhost, *.localhost, 127.0.0.1 and ::1. No
// configured names: an earlier certificate of the CA may not permit them, and then not this one either.
const std::vector<Name>& default_names();
// The default ones and the configured ones.
std::vector<Name> all_names(const ServedNames& names);
// Whether `host` (in lower case) may have a certificate of its own: x.localhost, a configured name or one under a
// configured wildcard, or an endpoint of AWS's such as "sts.us-east-1.amazonaws.com".
// Many clients take no "*.localhost" in a certificate, for a wildcard must stand below two labels there.
bool is_served(const ServedNames& names, std::string_view host);
// All of 127.0.0.0/8 is this machine.
bool is_loopback(const Name& address);

}  // namespace haar::tls
