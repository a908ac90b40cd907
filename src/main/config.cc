#include "main/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <toml++/toml.h>

#include "base/file.h"
#include "console/console.h"
#include "main/folders.h"
#include "main/quotas.h"
#include "tls/names.h"

namespace haar::main {
namespace {

Error mistake(std::string message) {
  return Error{"InvalidConfiguration", std::move(message), 400, Fault::sender};
}

Result<std::uint64_t> parse_number(std::string_view name, const std::string& text, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || failure != std::errc{} || end != text.data() + text.size() || number > most) {
    return mistake(fmt::format("{} must be a number from 0 to {}, not \"{}\"", name, most, text));
  }
  return number;
}

Result<void> set_log_level(Config& config, const std::string& text) {
  static constexpr std::pair<std::string_view, LogLevel> levels[] = {{"debug", LogLevel::debug},
                                                                     {"info", LogLevel::info},
                                                                     {"warning", LogLevel::warning},
                                                                     {"error", LogLevel::error}};
  for (const auto& [name, level] : levels) {
    if (text == name) {
      config.log_level = level;
      return {};
    }
  }
  return mistake(fmt::format("log-level must be debug, info, warning or error, not \"{}\"", text));
}

Result<void> set_region(Config& config, const std::string& text) {
  const bool shaped = text.size() >= 9 && std::count(text.begin(), text.end(), '-') >= 2 &&
                      text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  if (!shaped)
    return mistake(fmt::format("region must be one of AWS's, such as us-east-1, not \"{}\"", text));
  config.region = Region(text);
  return {};
}

// An empty database has some 30 MiB; with less it could not even be made.
Result<void> set_storage_limit(Config& config, const std::string& text) {
  constexpr std::uint64_t least = 64, most = 1ULL << 30;
  const std::uint64_t limit = TRY(parse_number("storage-limit-mb", text, most));
  if (limit != 0 && limit < least)
    return mistake(fmt::format("storage-limit-mb must be 0 or at least {}, not {}", least, limit));
  config.storage_limit_mb = limit;
  return {};
}

Result<void> set_tls_names(Config& config, const std::string& text) {
  if (const auto names = tls::parse_names(text); !names.ok()) return mistake("tls-names: " + names.error().message);
  config.tls_names = text;
  return {};
}

Result<void> check_quotas(Config& config, const std::string& text) {
  if (const auto values = parse_quotas(text); !values.ok()) return mistake("quotas: " + values.error().message);
  config.quotas = text;
  return {};
}

Result<void> set_refuse(Config& config, const std::string& text) {
  if (text != "reset" && text != "timeout") return mistake(fmt::format("refuse must be reset or timeout, not \"{}\"", text));
  config.refuse_by_timeout = text == "timeout";
  return {};
}

Result<void> set_dns(Config& config, const std::string& text) {
  if (!text.empty() && !parse_dns(text))
    return mistake(fmt::format("dns must be a port or ADDRESS:PORT, such as 5353 or 127.0.0.1:5353, not \"{}\"", text));
  config.dns = text;
  return {};
}

Result<void> set_console_hosts(Config& config, const std::string& text) {
  if (const auto hosts = console::console_hosts(text); !hosts.ok()) return mistake("console-hosts: " + hosts.error().message);
  config.console_hosts = text;
  return {};
}

// haar runs what lies there with --version, and then as engines.
Result<void> set_engine_path(Config& config, const std::string& text) {
  constexpr std::size_t folders_max = 16;
  std::size_t folders = 0;
  for (std::size_t at = 0; at < text.size(); ++folders) {
    const std::size_t end = std::min(text.find(':', at), text.size());
    if (text[at] != '/' || end == at)
      return mistake(fmt::format("engine-path must be absolute folders joined by :, not \"{}\"", text));
    at = end + 1;
  }
  if (folders > folders_max) return mistake(fmt::format("engine-path has {} folders; {} are the most", folders, folders_max));
  config.engine_path = text;
  return {};
}

template <class Member>
auto store(Member Config::* member) {
  return [member](Config& config, const std::string& text) -> Result<void> {
    if constexpr (std::is_same_v<Member, bool>) {
      config.*member = text == "true";
    } else {
      config.*member = text;
    }
    return {};
  };
}

template <class Member>
auto store_number(std::string_view name, Member Config::* member, std::uint64_t most) {
  return [=](Config& config, const std::string& text) -> Result<void> {
    config.*member = static_cast<Member>(TRY(parse_number(name, text, most)));
    return {};
  };
}

const std::vector<Setting>& table() {
  using Kind = SettingKind;
  static const std::vector<Setting> all = {
      {"address", Kind::text, false, "IP", "address to serve on (default 127.0.0.1: this machine only)",
       store(&Config::address)},
      {"port", Kind::number, false, "NUMBER", "port to serve on (default 4566; 0 takes a free one)",
       store_number("port", &Config::port, 65535)},
      {"data", Kind::text, false, "FOLDER",
       "where everything is kept (default $HAAR_DATA, else /var/lib/haar as root, else ~/.local/share/haar)",
       store(&Config::data)},
      {"seed", Kind::text, false, "FILE", "accounts to have from the start (TOML); safe to give every time",
       store(&Config::seed)},
      {"config", Kind::text, false, "FILE", "these settings from a TOML file, - written as _",
       store(&Config::config)},
      {"allow-reset", Kind::flag, false, "",
       "let `haar reset` throw everything away, and `haar advance` move time", store(&Config::allow_reset)},
      {"stop-engines-on-exit", Kind::flag, false, "", "stop databases and caches too when haar stops",
       store(&Config::stop_engines_on_exit)},
      {"log-level", Kind::text, true, "LEVEL", "debug, info, warning or error (default info)", set_log_level},
      {"threads", Kind::number, false, "NUMBER", "I/O threads (default 0: one per core)",
       store_number("threads", &Config::threads, 256)},
      {"region", Kind::text, false, "REGION", "region of what set-up makes (default us-west-2)", set_region},
      {"templates", Kind::text, false, "FOLDER",
       "prepared database folders are kept here (several haars may share it; default: in the data folder)",
       store(&Config::templates)},
      {"storage-limit-mb", Kind::number, false, "NUMBER",
       "the most that one database volume may take, in MiB (default 0: what AWS gives its instance class)",
       set_storage_limit},
      {"tls-names", Kind::text, false, "NAMES",
       "more names and addresses that https certificates are for, joined by , (haar.test,*.haar.test,10.0.0.5)",
       set_tls_names},
      {"quotas", Kind::text, false, "NAME=NUMBER",
       "quotas that are raised or lowered, joined by , (ec2/rules-per-security-group=200); a wrong name lists them all",
       check_quotas},
      {"refuse", Kind::text, false, "HOW",
       "what clients hear that no rule admits to a database or cache: reset (at once; default) or timeout (nothing, as on "
       "AWS; needs CAP_NET_ADMIN)",
       set_refuse},
      {"dns", Kind::text, false, "[ADDRESS:]PORT",
       "answer DNS queries for the names of databases and caches, over UDP and TCP (default: nobody does; an address that is "
       "left out is 127.0.0.1)",
       set_dns},
      {"endpoint-names", Kind::flag, false, "",
       "show databases and caches by name, for clients that can resolve it (--dns, haar endpoints --write-hosts)",
       store(&Config::endpoint_names)},
      {"console-hosts", Kind::text, false, "NAMES",
       "more names that the console answers to, joined by , (haar.localhost is one; nothing else may be served under them)",
       set_console_hosts},
      {"engine-path", Kind::text, false, "FOLDERS",
       "look here first for engine programs: postgres with its initdb, redis-server, … (folders joined by :; a * stands for a "
       "part of one: /opt/pgsql-*/bin)",
       set_engine_path},
  };
  return all;
}

const Setting* find_setting(std::string_view name) {
  const auto found =
      std::find_if(table().begin(), table().end(), [&](const Setting& s) { return s.name == name; });
  return found == table().end() ? nullptr : &*found;
}

const Setting* find_key(std::string_view key) {
  for (const Setting& s : table()) {
    if (s.key() == key && s.name != "config") return &s;
  }
  return nullptr;
}

std::string known_keys() {
  std::string keys;
  for (const Setting& s : table()) {
    if (s.name == "config") continue;
    keys += (keys.empty() ? "" : ", ") + s.key();
  }
  return keys;
}

Result<void> apply_node(Config& config, std::string_view key, const toml::node& node,
                        const std::string& where) {
  const Setting* setting = find_key(key);
  if (setting == nullptr) {
    std::string dashed(key);
    std::replace(dashed.begin(), dashed.end(), '-', '_');
    if (find_key(dashed) != nullptr)
      return mistake(fmt::format("{}: write {} with _: {}", where, key, dashed));
    return mistake(fmt::format("{}: there is no setting \"{}\". There are: {}", where, key, known_keys()));
  }
  const auto wrong = [&](std::string_view wanted) {
    return mistake(fmt::format("{}: {} must be {}", where, key, wanted));
  };
  std::string text;
  switch (setting->kind) {
    case SettingKind::flag:
      if (!node.is_boolean()) return wrong("true or false");
      text = *node.value<bool>() ? "true" : "false";
      break;
    case SettingKind::number:
      if (!node.is_integer()) return wrong("a number");
      text = std::to_string(*node.value<std::int64_t>());
      break;
    case SettingKind::text:
      if (!node.is_string()) return wrong("text in quotes");
      text = *node.value<std::string>();
      break;
  }
  const auto set = setting->set(config, text);
  if (!set.ok()) return mistake(where + ": " + set.error().message);
  return {};
}

Result<void> apply_file(Config& config, const std::string& path) {
  const auto text = read_file(path);
  if (!text.ok()) return mistake(text.error().message);
  TRY(apply_toml(config, *text, path));
  // A path in the file means the same wherever haar is started from.
  const auto folder = std::filesystem::absolute(path).parent_path();
  for (std::string Config::* member : {&Config::data, &Config::seed}) {
    if (!(config.*member).empty()) config.*member = (folder / (config.*member)).lexically_normal().string();
  }
  return {};
}

std::string last_given(const Given& flags, std::string_view name) {
  std::string value;
  for (const auto& [flag, text] : flags) {
    if (flag == name) value = text;
  }
  return value;
}

}  // namespace

std::string Setting::key() const {
  std::string key(name);
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

std::optional<DnsPlace> parse_dns(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  std::string_view address = colon == text.npos ? "127.0.0.1" : text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  const std::optional<IpAddress> parsed = IpAddress::parse(address);
  const Result<std::uint64_t> port = parse_number("dns", std::string(text.substr(colon == text.npos ? 0 : colon + 1)), 65535);
  if (!parsed || !port.ok()) return std::nullopt;
  return DnsPlace{*parsed, static_cast<std::uint16_t>(*port)};
}

std::span<const Setting> settings() { return table(); }

Result<void> apply_toml(Config& config, std::string_view text, const std::string& name) {
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& e) {
    return mistake(fmt::format("{} line {}: {}", name, e.source().begin.line, e.description()));
  }
  for (const auto& [key, node] : root) {
    const auto line = key.source().begin.line;
    TRY(apply_node(config, key.str(), node, fmt::format("{} line {}", name, line)));
  }
  return {};
}

Result<Config> load_config(const Given& flags) {
  Config config;
  if (const std::string file = last_given(flags, "config"); !file.empty()) TRY(apply_file(config, file));
  if (const char* data = std::getenv("HAAR_DATA"); data != nullptr && *data != '\0') config.data = data;
  for (const auto& [flag, text] : flags) {
    const Setting* setting = find_setting(flag);
    if (setting == nullptr) return mistake("there is no option --" + flag);
    TRY(setting->set(config, text));
  }
  config.data = TRY(resolve_data_folder(config.data));
  if (!config.seed.empty()) config.seed = std::filesystem::absolute(config.seed).string();
  if (!config.config.empty()) config.config = std::filesystem::absolute(config.config).string();
  return config;
}

Result<Config> reload_config(const Config& current) {
  if (current.config.empty()) return current;
  Config read;
  TRY(apply_file(read, current.config));
  Config next = current;
  next.log_level = read.log_level;
  return next;
}

}  // namespace haar::main
