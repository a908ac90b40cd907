#include "policy/context.h"

#include <algorithm>
#include <utility>

#include "data/policy_facts.h"
#include "policy/pattern.h"
#include "policy/text.h"

namespace haar::policy {
namespace {

// In the order of enum Key, AWS's spelling without "aws:".
constexpr std::array<std::string_view, static_cast<std::size_t>(Key::count_)> kNames{
    "AssumedRoot", "CalledVia", "CalledViaAWSMCP", "CalledViaFirst", "CalledViaLast", "CurrentTime",
    "Ec2InstanceSourcePrivateIPv4", "Ec2InstanceSourceVpc", "EpochTime", "FederatedProvider",
    "MultiFactorAuthAge", "MultiFactorAuthPresent", "PrincipalAccount", "PrincipalArn",
    "PrincipalIsAWSService", "PrincipalOrgID", "PrincipalOrgPaths", "PrincipalServiceName",
    "PrincipalServiceNamesList", "PrincipalType", "referer", "RequestedRegion", "ResourceAccount",
    "ResourceOrgID", "ResourceOrgPaths", "SecureTransport", "SourceAccount", "SourceArn", "SourceIdentity",
    "SourceIp", "SourceOrgID", "SourceOrgPaths", "SourceOwner", "SourceVpc", "SourceVpcArn", "SourceVpce",
    "TagKeys", "TokenIssueTime", "UserAgent", "userid", "username", "ViaAWSService", "VpcSourceIp",
    "VpceAccount", "VpceOrgID", "VpceOrgPaths"};

constexpr std::string_view kAws = "aws:";
constexpr std::pair<std::string_view, KeySpace> kTagFamilies[] = {
    {"PrincipalTag/", KeySpace::principal_tag},
    {"RequestTag/", KeySpace::request_tag},
    {"ResourceTag/", KeySpace::resource_tag},
};

struct Resolved {
  KeySpace space;
  Key global;
  std::string_view name;
};

Resolved resolve(std::string_view text) {
  if (text.size() > kAws.size() && equal_fold(text.substr(0, kAws.size()), kAws)) {
    const std::string_view rest = text.substr(kAws.size());
    for (const auto& [prefix, space] : kTagFamilies) {
      if (rest.size() > prefix.size() && equal_fold(rest.substr(0, prefix.size()), prefix)) {
        return {space, Key::count_, rest.substr(prefix.size())};
      }
    }
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      if (equal_fold(kNames[i], rest)) return {KeySpace::global, static_cast<Key>(i), {}};
    }
  }
  return {KeySpace::other, Key::count_, text};
}

}  // namespace

KeyRef resolve_key(std::string_view text) {
  const Resolved r = resolve(text);
  return {r.space, r.global, std::string(r.name)};
}

std::string key_text(const KeyRef& key) {
  if (key.space == KeySpace::other) return key.name;
  std::string out(kAws);
  if (key.space == KeySpace::global) return out.append(kNames[static_cast<std::size_t>(key.global)]);
  for (const auto& [prefix, space] : kTagFamilies) {
    if (space == key.space) out.append(prefix);
  }
  return out.append(key.name);
}

bool is_multivalued(std::string_view key) {
  static constexpr Key kLists[] = {Key::called_via,         Key::principal_org_paths, Key::principal_service_names_list,
                                   Key::resource_org_paths, Key::source_org_paths,    Key::tag_keys,
                                   Key::vpce_org_paths};
  const Resolved r = resolve(key);
  if (r.space == KeySpace::global) return std::find(std::begin(kLists), std::end(kLists), r.global) != std::end(kLists);
  if (r.space != KeySpace::other) return false;
  std::string lower(key);
  std::transform(lower.begin(), lower.end(), lower.begin(), fold);
  const auto all = data::multivalued_keys();
  return std::binary_search(all.begin(), all.end(), std::string_view(lower));
}

void Context::set_now(Timestamp now) {
  set_time(Key::current_time, now);
  set_number(Key::epoch_time, now.seconds());
}

Value& Context::put_other(KeySpace space, std::string_view name) {
  for (std::size_t i = 0; i < inline_used_ + more_.size(); ++i) {
    Entry& entry = i < inline_used_ ? inline_[i] : more_[i - inline_used_];
    if (entry.space == space && equal_fold(entry.name(), name)) return entry.value;
  }
  Entry& entry = inline_used_ < kInline ? inline_[inline_used_++] : more_.emplace_back();
  entry.space = space;
  entry.chars = name.data();
  entry.size = name.size();
  return entry.value;
}

Value& Context::put(std::string_view key) {
  const Resolved r = resolve(key);
  return r.space == KeySpace::global ? put(r.global) : put_other(r.space, r.name);
}

const Value* Context::find_entry(KeySpace space, std::string_view name) const {
  for (std::size_t i = 0; i < inline_used_; ++i) {
    if (inline_[i].space == space && equal_fold(inline_[i].name(), name)) return &inline_[i].value;
  }
  for (const Entry& entry : more_) {
    if (entry.space == space && equal_fold(entry.name(), name)) return &entry.value;
  }
  return nullptr;
}

void Context::set(std::string_view key, std::string_view text) { put(key).set_text(text); }

void Context::set_bool(std::string_view key, bool b) { put(key).set_number(Value::Type::boolean, b ? 1 : 0); }

void Context::set_number(std::string_view key, std::int64_t n) { put(key).set_number(Value::Type::number, n); }

void Context::set_time(std::string_view key, Timestamp t) { put(key).set_number(Value::Type::time, t.micros); }

void Context::set_list(std::string_view key, std::span<const std::string_view> values) { put(key).set_list(values); }

void Context::set_tag(KeySpace space, std::string_view tag_key, std::string_view tag_value) {
  put_other(space, tag_key).set_text(tag_value);
}

std::vector<Context::Listed> Context::listed() const {
  std::vector<Listed> out;
  const auto add = [&out](const KeyRef& key, const Value& value) {
    if (is_empty(value)) return;
    Listed& one = out.emplace_back(Listed{key_text(key), {}});
    ValueBuffer buffer;
    if (const auto text = value_text(value, buffer)) one.values.emplace_back(*text);
    else one.values.assign(value.list().begin(), value.list().end());
  };
  for (std::size_t i = 0; i < kSlots; ++i) {
    if ((present_ >> i & 1) != 0) add({KeySpace::global, static_cast<Key>(i), {}}, slots_[i]);
  }
  for (std::size_t i = 0; i < inline_used_ + more_.size(); ++i) {
    const Entry& entry = i < inline_used_ ? inline_[i] : more_[i - inline_used_];
    add({entry.space, Key::count_, std::string(entry.name())}, entry.value);
  }
  return out;
}

std::string_view Context::keep(std::string text) {
  if (!kept_) kept_ = std::make_unique<Kept>();
  return kept_->texts.emplace_back(std::move(text));
}

std::span<const std::string_view> Context::keep(std::vector<std::string_view> list) {
  if (!kept_) kept_ = std::make_unique<Kept>();
  return kept_->lists.emplace_back(std::move(list));
}

}  // namespace haar::policy
