// The request context: condition keys and their values. Built once per checked (action, resource) pair, so
// it is cheap: global keys live in fixed slots, nothing is copied, nothing is allocated in the usual case.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/clock.h"

namespace haar::policy {

// The global condition keys except the tag families. Names as AWS's, without "aws:".
enum class Key : std::uint8_t {
  assumed_root, called_via, called_via_aws_mcp, called_via_first, called_via_last, current_time,
  ec2_instance_source_private_ipv4, ec2_instance_source_vpc, epoch_time, federated_provider,
  multi_factor_auth_age, multi_factor_auth_present, principal_account, principal_arn,
  principal_is_aws_service, principal_org_id, principal_org_paths, principal_service_name,
  principal_service_names_list, principal_type, referer, requested_region, resource_account,
  resource_org_id, resource_org_paths, secure_transport, source_account, source_arn, source_identity,
  source_ip, source_org_id, source_org_paths, source_owner, source_vpc, source_vpc_arn, source_vpce,
  tag_keys, token_issue_time, user_agent, userid, username, via_aws_service, vpc_source_ip, vpce_account,
  vpce_org_id, vpce_org_paths,
  count_
};

// "aws:PrincipalTag/<key>" and its like; `other` is every key that is neither global nor of these families.
enum class KeySpace : std::uint8_t { global, principal_tag, request_tag, resource_tag, other };

// A condition key, resolved from its text. `name` is the tag's key for the tag families, the whole key for
// `other`, empty for `global`. Keys are case-insensitive, tag keys included.
struct KeyRef {
  KeySpace space = KeySpace::other;
  Key global = Key::count_;
  std::string name;
};
KeyRef resolve_key(std::string_view text);
// The key as AWS writes it: "aws:PrincipalTag/team"; for `other` as it was given.
std::string key_text(const KeyRef& key);

// Whether AWS gives that key a list of values, even of one: "aws:TagKeys", "dynamodb:LeadingKeys".
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
bool is_multivalued(std::string_view key);

// A view, trivial on purpose: a context is made for every check, and unset slots must cost nothing.
struct Value {
  enum class Type : std::uint8_t { text, list, boolean, number, time };

  [[nodiscard]] std::string_view text() const { return {chars_, size_}; }
  [[nodiscard]] std::span<const std::string_view> list() const { return {items_, size_}; }
  [[nodiscard]] std::int64_t number() const { return number_; }  // also the microseconds of a time
  [[nodiscard]] bool boolean() const { return number_ != 0; }

  void set_text(std::string_view text) { type = Type::text; size_ = text.size(); chars_ = text.data(); }
  // A multi-valued key; an empty list counts as absent.
  void set_list(std::span<const std::string_view> list) { type = Type::list; size_ = list.size(); items_ = list.data(); }
  void set_number(Type t, std::int64_t number) { type = t; number_ = number; }

  Type type;

 private:
  std::size_t size_;
  union {
    std::int64_t number_;
    const char* chars_;
    const std::string_view* items_;
  };
};
static_assert(std::is_trivially_default_constructible_v<Value>);

// Texts and lists are views: what they point at must live until the last decision on this context.
class Context {
 public:
  Context() {}  // NOLINT: "= default" would zero the slots
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  void set(Key key, std::string_view text) { put(key).set_text(text); }
  void set_bool(Key key, bool b) { put(key).set_number(Value::Type::boolean, b ? 1 : 0); }
  void set_number(Key key, std::int64_t n) { put(key).set_number(Value::Type::number, n); }
  void set_time(Key key, Timestamp t) { put(key).set_number(Value::Type::time, t.micros); }
  void set_list(Key key, std::span<const std::string_view> values) { put(key).set_list(values); }
  // aws:CurrentTime and aws:EpochTime at once.
  void set_now(Timestamp now);

  // Any key by its text: "iam:PassedToService", "ec2:Vpc", also global and tag keys. The last one set wins.
  void set(std::string_view key, std::string_view text);
  void set_bool(std::string_view key, bool b);
  void set_number(std::string_view key, std::int64_t n);
  void set_time(std::string_view key, Timestamp t);
  void set_list(std::string_view key, std::span<const std::string_view> values);
  // One tag: space is principal_tag, request_tag or resource_tag.
  void set_tag(KeySpace space, std::string_view tag_key, std::string_view tag_value);

  // Gives a made-up text or list a home for as long as this context lives.
  std::string_view keep(std::string text);
  std::span<const std::string_view> keep(std::vector<std::string_view> list);

  // Every key that is there, as AWS writes it, with its values as texts: for people, not for decisions.
  struct Listed {
    std::string key;
    std::vector<std::string> values;
  };
  [[nodiscard]] std::vector<Listed> listed() const;

  // nullptr when absent; an empty list is absent.
  [[nodiscard]] const Value* find(const KeyRef& key) const {
    if (key.space == KeySpace::global) {
      const auto i = static_cast<std::size_t>(key.global);
      return (present_ >> i & 1) != 0 && !is_empty(slots_[i]) ? &slots_[i] : nullptr;
    }
    const Value* value = find_entry(key.space, key.name);
    return value != nullptr && !is_empty(*value) ? value : nullptr;
  }

 private:
  struct Entry {
    KeySpace space;
    std::size_t size;
    const char* chars;
    Value value;
    [[nodiscard]] std::string_view name() const { return {chars, size}; }
  };
  static constexpr std::size_t kSlots = static_cast<std::size_t>(Key::count_);
  static constexpr std::size_t kInline = 24;
  static_assert(kSlots <= 64);

  static bool is_empty(const Value& v) { return v.type == Value::Type::list && v.list().empty(); }
  Value& put(Key key) {
    present_ |= std::uint64_t{1} << static_cast<unsigned>(key);
    return slots_[static_cast<std::size_t>(key)];
  }
  Value& put(std::string_view key);
  Value& put_other(KeySpace space, std::string_view name);
  [[nodiscard]] const Value* find_entry(KeySpace space, std::string_view name) const;

  std::uint64_t present_ = 0;
  std::array<Value, kSlots> slots_;    // only those in present_ hold anything
  std::array<Entry, kInline> inline_;  // the first inline_used_
  std::size_t inline_used_ = 0;
  std::vector<Entry> more_;
  struct Kept {
    std::deque<std::string> texts;
    std::deque<std::vector<std::string_view>> lists;
  };
  std::unique_ptr<Kept> kept_;
};

}  // namespace haar::policy
