// Pages of Describe operations as rds and elasticache have them: MaxRecords from 20 to 100, 100 if absent, and Marker.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusters.html
// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeCacheClusters.html
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "api/kit/listing.h"

namespace haar::managed {

// `invalid`: the service's InvalidParameterValue.
template <Error (*invalid)(std::string message)>
constexpr api::PageRules page_rules(std::string_view service) {
  return {.service = service,
          .items_default = 100,
          .items_min = 20,
          .items_max = 100,
          .bad_size = [](std::int32_t asked, const api::PageRules& rules) {
            return invalid(fmt::format("Invalid value {} for MaxRecords. Must be between {} and {}", asked, rules.items_min,
                                       rules.items_max));
          }};
}

// A page of all records of a kind in this account and region: `wanted(record)` chooses, `show(record)` adds to the answer.
template <class Record, class Output, class Wanted, class Show>
Result<void> list_records(const api::Call& call, const api::PageRules& rules, std::string_view listing, std::size_t size,
                          const std::optional<std::string>& marker, const store::KeySpace<Record>& space, Wanted wanted,
                          Show show, Output& out) {
  api::Page page = TRY(api::Page::open(call, rules, listing, marker, size));
  api::list_page(call, page, space, wanted, show);
  page.close(out);
  return {};
}

}  // namespace haar::managed
