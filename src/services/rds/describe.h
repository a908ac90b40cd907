// What the Describe operations of rds share: filters and pages.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "api/kit/filters.h"
#include "base/result.h"
#include "model/rds/ListTagsForResource.h"
#include "model/rds/service.h"
#include "services/managed/paging.h"

namespace haar::rds {

using api::add_value;
using api::FilterField;
using api::Values;

using Filters = std::optional<std::vector<Filter>>;

inline constexpr api::PageRules page_rules = managed::page_rules<errors::InvalidParameterValue>("rds");

// Every filter must be known ("Unrecognized filter name: x") and have values. A value is compared letter for letter.
extern const api::FilterRules filter_rules;

template <class R>
Result<api::FilterSet<R>> read_filters(const Filters& filters, std::span<const FilterField<R>> fields) {
  return api::FilterSet<R>::read(filter_rules, api::filters_in(filters), fields);
}

// A text that differs when the filters do.
inline std::string filter_text(const Filters& filters) { return api::filter_text(api::filters_in(filters)); }

// Of operations of which the API reference says that no filter is supported: any is an unknown one.
Result<void> refuse_filters(const Filters& filters);

// Of a list that is empty: page size, token and the names of filters are checked as if there were something.
template <class Input>
Result<void> check_list(const api::Call& call, const Input& in, std::string_view operation,
                        std::initializer_list<std::string_view> filters) {
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxRecords));
  TRY(api::check_filters(filter_rules, api::filters_in(in.Filters)));
  for (const api::Filter& filter : api::filters_in(in.Filters)) {
    if (std::ranges::find(filters, std::string_view(filter.name)) == filters.end()) return filter_rules.unknown(filter.name);
  }
  TRY(api::Page::open(call, page_rules, operation, in.Marker, size));
  return {};
}

}  // namespace haar::rds
