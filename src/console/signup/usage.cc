#include "console/signup/usage.h"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>

#include "events/lookup.h"
#include "services/elasticache/records.h"
#include "services/rds/records.h"

namespace haar::console {
namespace {

namespace json = boost::json;

constexpr double hours_of_a_month = 730, seconds_of_an_hour = 3600, price_max = 1'000'000;
constexpr std::size_t deleted_max = 1'000;

using Unit = std::tuple<std::string, std::string, std::string>;  // service, region, unit
using Lines = std::map<Unit, std::pair<double, double>>;          // quantity, price

void add(Lines& lines, Unit unit, double quantity, double price) {
  if (quantity <= 0 || (lines.size() >= usage_lines_max && !lines.contains(unit))) return;
  auto& [sum, each] = lines[std::move(unit)];
  sum += quantity;
  each = price;
}

std::string text_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// What was deleted in this month: the answer of the call tells since when it ran.
struct Deletion {
  std::string_view operation, service, created, kind, unit;
};
constexpr Deletion deletions[] = {
    {"DeleteDBInstance", "rds", "instanceCreateTime", "dBInstanceClass", "instance-hours of "},
    {"DeleteCacheCluster", "elasticache", "cacheClusterCreateTime", "cacheNodeType", "node-hours of "},
};

void add_deleted(const store::Db& db, const AccountId& account, const Deletion& what, double price, Timestamp now, Lines& lines) {
  events::Query query;
  query.account = account.value;
  query.conditions.push_back({events::Attribute::event_name, std::string(what.operation)});
  query.from = month_begin(now);
  query.limit = deleted_max;
  const Result<events::Page> page = events::look_up(db, query);
  if (!page.ok()) return;
  for (const events::EventRecord& event : page->events) {
    boost::system::error_code failure;
    const json::value answer = json::parse(event.response_elements, failure);
    if (failure || !event.error_code.empty() || !answer.is_object()) continue;
    const std::optional<Timestamp> created = parse_timestamp(text_in(answer.get_object(), what.created));
    if (!created) continue;
    add(lines, {std::string(what.service), event.region, std::string(what.unit) + text_in(answer.get_object(), what.kind)},
        hours_in_month(*created, event.time, now), price);
  }
}

void add_databases(const store::Reader& reader, const AccountId& account, const Prices& prices, Timestamp now, Lines& lines) {
  for (const auto& [key, instance] : reader.scan(rds::instances, store::prefix_of(account))) {
    const double hours = hours_in_month(instance.created_at, now, now);
    add(lines, {"rds", key.region(), "instance-hours of " + instance.instance_class}, hours, prices.instance_hour);
    add(lines, {"rds", key.region(), "GiB-months of storage"}, instance.storage_gib * hours / hours_of_a_month,
        prices.storage_gib_month);
  }
}

void add_caches(const store::Reader& reader, const AccountId& account, const Prices& prices, Timestamp now, Lines& lines) {
  for (const auto& [key, node] : reader.scan(elasticache::nodes, store::prefix_of(account))) {
    const elasticache::ClusterRecord* cluster =
        reader.get(elasticache::clusters, store::key_of(account, key.region(), key.part(2)));
    const std::string type = cluster == nullptr ? "another type" : cluster->node_type;
    add(lines, {"elasticache", key.region(), "node-hours of " + type}, hours_in_month(node.created_at, now, now),
        prices.node_hour);
  }
}

}  // namespace

Result<Prices> read_prices(std::string_view text) {
  Prices prices;
  const std::pair<std::string_view, double*> known[] = {
      {"instance-hour", &prices.instance_hour},
      {"node-hour", &prices.node_hour},
      {"storage-gib-month", &prices.storage_gib_month}};
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string_view item = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t sign = std::min(item.find('='), item.size());
    const std::string_view number = item.substr(std::min(sign + 1, item.size()));
    const auto found = std::ranges::find(known, item.substr(0, sign), [](const auto& one) { return one.first; });
    double value = 0;
    const auto read = std::from_chars(number.data(), number.data() + number.size(), value);
    if (found == std::end(known) || read.ec != std::errc() || read.ptr != number.data() + number.size() || !(value >= 0) ||
        value > price_max)
      return Error{"InvalidConfiguration", "\"" + std::string(item) +
                                               "\" is no price: write instance-hour=0.05, node-hour=… or storage-gib-month=…, "
                                               "joined by ,"};
    *found->second = value;
  }
  return prices;
}

Timestamp month_begin(Timestamp now) { return *parse_timestamp(format_basic_date(now).substr(0, 6) + "01T000000Z"); }

double hours_in_month(Timestamp from, Timestamp to, Timestamp now) {
  const Timestamp begin = std::max(from, month_begin(now)), end = std::min(to, now);
  return end <= begin ? 0 : static_cast<double>(end.seconds() - begin.seconds()) / seconds_of_an_hour;
}

std::vector<UsageLine> usage_of(const store::Db& db, const AccountId& account, const Prices& prices, Timestamp now) {
  const store::Reader reader(db.snapshot());
  Lines lines;
  add_databases(reader, account, prices, now, lines);
  add_caches(reader, account, prices, now, lines);
  add_deleted(db, account, deletions[0], prices.instance_hour, now, lines);
  add_deleted(db, account, deletions[1], prices.node_hour, now, lines);
  std::vector<UsageLine> out;
  for (const auto& [unit, sum] : lines)
    out.push_back({std::get<0>(unit), std::get<1>(unit), std::get<2>(unit), sum.first, sum.second});
  return out;
}

}  // namespace haar::console
