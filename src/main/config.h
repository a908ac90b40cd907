// What `haar serve` is told: defaults, then the configuration file, then the environment, then flags.
// One table holds every setting; a flag `--allow-reset` is the key `allow_reset` of the file.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ip_address.h"
#include "base/log.h"
#include "base/names.h"
#include "base/result.h"

namespace haar::main {

struct Config {
  std::string address = "127.0.0.1";
  std::uint16_t port = 4566;  // 0: a free one, shown in the banner
  std::string data;           // absolute after load_config()
  std::string seed;           // a file, or empty
  std::string config;         // the file the rest was read from, or empty
  bool allow_reset = false;
  bool stop_engines_on_exit = false;
  LogLevel log_level = LogLevel::info;
  unsigned threads = 0;  // I/O threads; 0: one per core
  // Not us-east-1: there the AWS CLI version 1 sends `aws rds` to AWS whatever the profile says
  // (docs/decisions/2026-11-20-default-region.md).
  Region region{"us-west-2"};
  std::string templates;    // absolute; empty: <data>/templates
  std::uint64_t storage_limit_mb = 0;  // of each database volume; 0: what its instance class has
  std::string tls_names;    // more names of this server, joined by ',' (tls/names.h)
  std::string quotas;       // "ec2/rules-per-security-group=200,…" (main/quotas.h)
  bool refuse_by_timeout = false;  // who is not admitted to an endpoint hears nothing, as on AWS, where the machine permits it
  std::string dns;              // where a DNS server answers for endpoints: "127.0.0.1:5353", "5353"; empty: none does
  bool endpoint_names = false;  // Describe calls answer with names of endpoints in place of addresses
  std::string console_hosts;    // more names of the console, joined by ','
  std::string engine_path;  // folders looked in first for engine programs, joined by ':'
};

enum class SettingKind { flag, number, text };

struct Setting {
  std::string_view name;  // as a flag: "allow-reset"
  SettingKind kind;
  bool reloadable;  // read again on SIGHUP
  std::string_view value_name;
  std::string_view help;
  std::function<Result<void>(Config&, const std::string&)> set;  // flags: "true" or "false"

  [[nodiscard]] std::string key() const;  // in the file: "allow_reset"
};

// `config` and `data` have their place here too; `config` is no key of the file.
struct DnsPlace {
  IpAddress address;
  std::uint16_t port = 0;
};
// Of Config::dns, which is not empty.
std::optional<DnsPlace> parse_dns(std::string_view text);

std::span<const Setting> settings();

using Given = std::vector<std::pair<std::string, std::string>>;  // flag name -> value, in order

// Errors carry a message for a person: the file, its line, what to mend.
Result<Config> load_config(const Given& flags);
// The keys of the file that are reloadable, applied to a copy of `current`; others must not have changed.
Result<Config> reload_config(const Config& current);
// Of the file's text alone; `name` is how errors call it.
Result<void> apply_toml(Config& config, std::string_view text, const std::string& name);

}  // namespace haar::main
