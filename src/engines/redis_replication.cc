#include "engines/redis_replication.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>
#include <vector>

#include "engines/own_file.h"
#include "engines/redis.h"
#include "frontdoor/handoff.h"

namespace haar::engines::redis {
namespace {

constexpr std::size_t history_length = 40;  // hexadecimal digits
constexpr std::size_t longest_host = 64;

// An address where nobody is: whatever is asked for, connections come from haar.
const std::vector<std::string> follow_nobody{"REPLICAOF", "127.0.0.1", "1"};

Error unexpected(std::string_view what) {
  return {"EngineCommandFailed", fmt::format("redis tells no {} of its replication", what), 500, Fault::receiver};
}

std::map<std::string_view, std::string_view> fields_of(std::string_view info) {
  std::map<std::string_view, std::string_view> out;
  while (!info.empty()) {
    const std::size_t end = std::min(info.find('\n'), info.size());
    std::string_view line = info.substr(0, end);
    info.remove_prefix(std::min(end + 1, info.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) out[line.substr(0, colon)] = line.substr(colon + 1);
  }
  return out;
}

bool is_history(std::string_view text) {
  return text.size() == history_length && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Link link_of(std::map<std::string_view, std::string_view>& fields) {
  if (fields["role"] == "master") return Link::none;
  if (fields["master_sync_in_progress"] == "1") return Link::syncing;
  return fields["master_link_status"] == "up" ? Link::up : Link::down;
}

}  // namespace

Result<Replication> parse_replication(const std::string& info) {
  std::map<std::string_view, std::string_view> fields = fields_of(info);
  if (fields["role"] != "master" && fields["role"] != "slave") return unexpected("role");
  Replication out;
  out.link = link_of(fields);
  if (!is_history(fields["master_replid"]) || !is_history(fields["master_replid2"])) return unexpected("history");
  out.leader = fields["master_host"].substr(0, longest_host);
  out.shared = fields["repl_backlog_active"] == "1";
  out.history = fields["master_replid"];
  out.history_before = fields["master_replid2"];
  const std::string_view offset = fields[out.link == Link::none ? "master_repl_offset" : "slave_repl_offset"];
  const auto [end, error] = std::from_chars(offset.data(), offset.data() + offset.size(), out.offset);
  if (error != std::errc{} || end != offset.data() + offset.size()) return unexpected("offset");
  return out;
}

Result<Replication> replication(const InstanceSpec& spec, Milliseconds patience) {
  return parse_replication(TRY(admin_command(spec, {"INFO", "replication"}, patience)));
}

Result<void> promote(const InstanceSpec& spec, Milliseconds patience) {
  RespConnection server = TRY(administer(spec, patience));
  TRY(server.command({"REPLICAOF", "NO", "ONE"}));
  return {};
}

// A server that is told to follow whom it follows already does nothing: it is led away first, which also makes it drop
// connections that were meant for it and never used.
Result<void> follow(const InstanceSpec& spec, const InstanceSpec& primary, Milliseconds patience) {
  const std::string secret = TRY(read_own_file(primary.replication_secret(), secret_length));
  RespConnection server = TRY(administer(spec, patience));
  TRY(server.command({"CONFIG", "SET", "masteruser", std::string(replication_user)}));
  TRY(server.command({"CONFIG", "SET", "masterauth", secret}));
  TRY(server.command(follow_nobody));
  TRY(frontdoor::connect_engines(spec.upstream(), primary.handoff()));
  const std::string host = primary.address.empty() ? "127.0.0.1" : primary.address;
  TRY(server.command({"REPLICAOF", host, std::to_string(primary.port)}));
  return {};
}

Result<void> stand_down(const InstanceSpec& spec, Milliseconds patience) {
  RespConnection server = TRY(administer(spec, patience));
  TRY(server.command(follow_nobody));
  return {};
}

Result<void> serve_without_primary(const InstanceSpec& spec, Milliseconds patience) {
  TRY(admin_command(spec, {"CONFIG", "SET", "replica-serve-stale-data", "yes"}, patience));
  return {};
}

Result<void> pause_writes(const InstanceSpec& spec, Milliseconds time, Milliseconds patience) {
  TRY(admin_command(spec, {"CLIENT", "PAUSE", std::to_string(time.count()), "WRITE"}, patience));
  return {};
}

}  // namespace haar::engines::redis
