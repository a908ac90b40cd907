// Describe operations: the resources of one kind, those with the ids and of the filters that are asked for, page by page.
// A view is made for what its page shows, and for what only a filter can tell apart.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html#api-pagination
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/kit/listing.h"
#include "services/ec2/filters.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

using Ids = std::optional<std::vector<std::string>>;

// InvalidNextToken for what was not given out for this listing. Without MaxResults everything is on one page.
extern const api::PageRules page_rules;

// The name of a listing: another operation, filter or id makes another one.
std::string listing_name(std::string_view operation, const Filters& filters, const Ids& ids, const Ids& names = {});

// A filter that an index answers, so that a listing looks at what the filter can find and at nothing else.
template <class Record>
struct Narrowing {
  std::string_view filter;            // "vpc-id"
  const store::Index<Record>* index;  // its terms are account, region and the filter's value
};

// The first narrowing whose filter the request has with plain values, and these, sorted; nullptr: there is none.
template <class Record>
std::pair<const Narrowing<Record>*, Values> narrowing_of(std::span<const Narrowing<Record>> narrowings,
                                                         const Filters& filters) {
  for (const Narrowing<Record>& narrowing : narrowings) {
    if (std::optional<Values> values = plain_values(filters, narrowing.filter)) return {&narrowing, *std::move(values)};
  }
  return {nullptr, {}};
}

// The records that the index lists under any of the values, each once, in the order of their keys after `after`, until
// `visit(key, record)` is false.
template <class Record, class Visit>
void visit_terms(const api::Call& call, const store::KeySpace<Record>& space, const store::Index<Record>& index,
                 const Values& values, const store::Key& after, Visit visit) {
  std::vector<store::Scan<Record>> scans;
  scans.reserve(values.size());
  std::vector<typename store::Scan<Record>::Iterator> walks;
  walks.reserve(values.size());
  for (const std::string& value : values) {
    scans.push_back(call.txn.find(space, index, store::join(call.account(), call.region(), value), after));
    walks.push_back(scans.back().begin());
  }
  store::Key last;
  for (;;) {
    auto* next = static_cast<typename store::Scan<Record>::Iterator*>(nullptr);
    for (auto& walk : walks) {
      if (walk == std::default_sentinel) continue;
      if (next == nullptr || (*walk).key.bytes() < (**next).key.bytes()) next = &walk;
    }
    if (next == nullptr) return;
    const auto [key, record] = **next;
    // An item of an index with several terms is met under each of them.
    if (key.bytes() != last.bytes()) {
      last = key;
      if (!visit(key, record)) return;
    }
    ++*next;
  }
}

// One Describe operation: what it lists and how.
template <class Record, class View>
struct ResourceListing {
  std::string_view operation;
  const ResourceKind& kind;
  const store::KeySpace<Record>& space;
  View (*view)(const api::Call&, const Record&);
  std::span<const FilterField<View>> filters;
  std::span<const Narrowing<Record>> narrowed_by = {};
};

// The ids that are asked for, in their order; an error names those that do not exist. No ids: everything.
template <class Record>
Result<std::vector<std::string>> existing_ids(const api::Call& call, const ResourceKind& kind,
                                              const store::KeySpace<Record>& space, const Ids& ids) {
  TRY(check_ids(kind, ids));
  std::vector<std::string> sorted = ids.value_or(std::vector<std::string>());
  std::vector<std::string> missing;
  for (const std::string& id : sorted) {
    if (call.txn.get(space, call.key(id)) == nullptr) missing.push_back(id);
  }
  if (!missing.empty()) return not_found(kind, missing);
  std::ranges::sort(sorted);
  const auto twice = std::ranges::unique(sorted);
  sorted.erase(twice.begin(), twice.end());
  return sorted;
}

// A page of the resources of the listing that are `wanted(record)`; sets `next_token` if there is more.
template <class Record, class View, class Input, class Wanted>
Result<std::vector<View>> list_resources(const api::Call& call, const ResourceListing<Record, View>& listing,
                                         const Input& in, const Ids& ids, std::string_view name, Wanted wanted,
                                         std::optional<std::string>& next_token) {
  const std::vector<std::string> named = TRY(existing_ids(call, listing.kind, listing.space, ids));
  const api::FilterSet<View> filters = TRY(read_filters<View>(in.Filters, listing.filters));
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxResults));
  api::Page page = TRY(api::Page::open(call, page_rules, name, in.NextToken, size));
  std::vector<View> out;
  // False when the page is full.
  const auto visit = [&](const store::Key& key, const Record& record) {
    if (page.before(key.bytes()) || !wanted(record)) return true;
    if (filters.empty()) {
      if (!page.take(key.bytes())) return false;
      out.push_back(listing.view(call, record));
      return true;
    }
    View view = listing.view(call, record);
    if (!filters.match(view)) return true;
    if (!page.take(key.bytes())) return false;
    out.push_back(std::move(view));
    return true;
  };
  const store::Key after = store::Key::from_bytes(page.after());
  const auto [narrowing, values] = narrowing_of(listing.narrowed_by, in.Filters);
  if (ids && !ids->empty()) {
    for (const std::string& id : named) {
      const store::Key key = call.key(id);
      if (!visit(key, *call.txn.get(listing.space, key))) break;
    }
  } else if (narrowing != nullptr) {
    visit_terms(call, listing.space, *narrowing->index, values, after, visit);
  } else {
    for (const auto& [key, record] : call.txn.scan(listing.space, here(call), after)) {
      if (!visit(key, record)) break;
    }
  }
  next_token = page.next();
  return out;
}
template <class Record, class View, class Input>
Result<std::vector<View>> list_resources(const api::Call& call, const ResourceListing<Record, View>& listing,
                                         const Input& in, const Ids& ids, std::optional<std::string>& next_token) {
  return list_resources(call, listing, in, ids, listing_name(listing.operation, in.Filters, ids),
                        api::any_record, next_token);
}

}  // namespace haar::ec2
