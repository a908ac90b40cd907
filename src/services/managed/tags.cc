#include "services/managed/tags.h"

#include "base/arn.h"
#include "base/encoding.h"

namespace haar::managed {
namespace {

using api::Call;

// "arn:aws:rds:us-east-1:111122223333:cluster:demo" -> kind "cluster", name "demo".
struct Name {
  std::string kind, name;
};

Result<Name> parse_name(const Call& call, const Tagging& tagging, std::string_view text) {
  const std::optional<Arn> arn = Arn::parse(text);
  const std::size_t colon = arn ? arn->resource.find(':') : std::string::npos;
  if (!arn || colon == std::string::npos) return tagging.bad_name(NameFault::malformed, text);
  if (arn->service != tagging.service || arn->partition != call.partition().value ||
      arn->region != call.region().value || arn->account != call.account().value)
    return tagging.bad_name(NameFault::elsewhere, text);
  return Name{arn->resource.substr(0, colon), to_lower(arn->resource.substr(colon + 1))};
}

const TaggedKind* find_kind(const Tagging& tagging, std::string_view name) {
  for (const TaggedKind* kind : tagging.kinds) {
    if (kind->kind == name) return kind;
  }
  return nullptr;
}

std::string arn_of(const Call& call, const Tagging& tagging, std::string_view kind, std::string_view name) {
  return call.arn(tagging.service, fmt::format("{}:{}", kind, name));
}

// A kind and the name of one of its resources, which may not exist.
struct Target {
  const TaggedKind* kind;
  std::string name;
};
Result<Target> target_of(const Call& call, const Tagging& tagging, std::string_view arn) {
  Name what = TRY(parse_name(call, tagging, arn));
  const TaggedKind* kind = find_kind(tagging, what.kind);
  if (kind == nullptr) return tagging.bad_name(NameFault::unknown_kind, arn);
  if (kind->records == nullptr) return kind->not_found(what.name);
  return Target{kind, std::move(what.name)};
}

Result<api::TagMap> change_tags(Call& call, const Tagging& tagging, std::string_view arn, const api::TagChange& change) {
  const Target target = TRY(target_of(call, tagging, arn));
  api::TagMap result;
  const auto change_and_keep = [&](api::TagMap& tags) -> Result<void> {
    TRY(change(tags));
    result = tags;
    return {};
  };
  if (!TRY(target.kind->records->change(call, target.name, change_and_keep))) return target.kind->not_found(target.name);
  return result;
}

}  // namespace

Result<api::TagMap> list_tags(const Call& call, const Tagging& tagging, std::string_view arn) {
  const Target target = TRY(target_of(call, tagging, arn));
  if (!target.kind->records->usable(call, target.name)) return target.kind->not_found(target.name);
  return *target.kind->records->find(call, target.name);
}

Result<api::TagMap> add_tags(Call& call, const Tagging& tagging, std::string_view arn, const api::TagMap& added) {
  return change_tags(call, tagging, arn, [&](api::TagMap& tags) { return api::merge_tags(tagging.rules, tags, added); });
}

Result<api::TagMap> remove_tags(Call& call, const Tagging& tagging, std::string_view arn,
                                const std::vector<std::string>& keys) {
  return change_tags(call, tagging, arn, [&](api::TagMap& tags) -> Result<void> {
    for (const std::string& key : keys) {
      if (tags.erase(key) == 0 && tagging.missing_key != nullptr) return tagging.missing_key(key);
    }
    return {};
  });
}

api::Requirement& need_named(const Call& call, const Tagging& tagging, std::string_view arn, api::Requirements& needs) {
  const Result<Name> what = parse_name(call, tagging, arn);
  if (!what.ok()) return needs.need("*");
  const TaggedKind* kind = find_kind(tagging, what->kind);
  if (kind != nullptr && kind->need != nullptr) return kind->need(call, what->name, needs);
  api::Requirement& need = needs.need(arn_of(call, tagging, what->kind, what->name));
  if (kind == nullptr || kind->records == nullptr) return need;
  if (const api::TagMap* tags = kind->records->find(call, what->name)) need.resource_tags = *tags;
  return need;
}

void add_tagged(const Call& call, const Tagging& tagging, api::TaggedResources& out) {
  for (const TaggedKind* kind : tagging.kinds) {
    if (kind->records == nullptr) continue;
    kind->records->each(call, [&](const std::string& name, const api::TagMap& tags) {
      if (!tags.empty()) out.add(arn_of(call, tagging, kind->kind, name), tags);
    });
  }
}

}  // namespace haar::managed
