// Pages of LookupEvents on a log of many events, made by the log's own API in a folder of its own:
//     build/lookup_events EVENTS FOLDER
// Prints how long a page of 50 takes, by what it is looked up, and what a principal's whole activity takes.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "events/activity.h"
#include "events/log.h"
#include "events/render.h"
#include "store/sqlite_backend.h"

namespace {

using namespace haar;

constexpr std::int64_t days = 80, day_seconds = 86'400;
constexpr int users = 200, names = 60, resources = 20'000, rounds = 50;
constexpr std::int64_t burst = 200, burst_step_micros = 2'500;
constexpr std::int64_t flush_after = 20'000;  // events
const std::string account = "111122223333", region = "us-east-1";

double milliseconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

events::EventRecord made(std::int64_t number, Timestamp time) {
  const int user = static_cast<int>(number * 7919 % users), name = static_cast<int>(number * 104729 % names);
  events::EventRecord out;
  out.time = time;
  out.id = events::event_id(time, system_random());
  out.request_id = uuid4(system_random());
  out.source = name % 3 == 0 ? "ec2.amazonaws.com" : "iam.amazonaws.com";
  out.name = fmt::format("Operation{}", name);
  out.region = region;
  out.account = account;
  out.identity.type = "IAMUser";
  out.identity.principal_id = fmt::format("AIDA{:017}", user);
  out.identity.arn = fmt::format("arn:aws:iam::{}:user/user-{}", account, user);
  out.identity.account = account;
  out.identity.access_key_id = fmt::format("AKIA{:016}", user);
  out.identity.user_name = fmt::format("user-{}", user);
  out.source_ip = "127.0.0.1";
  out.user_agent = "Boto3/1.44.8 md/Botocore#1.44.8 ua/2.1 os/linux#6.18 md/arch#x86_64 lang/python#3.11.2";
  out.read_only = name % 4 != 0;
  out.request_parameters = fmt::format(R"({{"userName":"resource-{}"}})", number * 15485863 % resources);
  out.evaluated = {{"iam:" + out.name, fmt::format("arn:aws:iam::{}:user/resource-{}", account, number % resources), true,
                    "identity", {"ANPAIWMBCKSKIEE64ZLYK#-@1:38"}}};
  return out;
}

// In bursts, each within half a second: what one script does.
void fill(events::Log& log, std::int64_t count, Timestamp start) {
  const std::int64_t step = days * day_seconds * 1'000'000 / std::max<std::int64_t>(count / burst, 1);
  for (std::int64_t number = 0; number < count; ++number) {
    log.record(made(number, {start.micros + number / burst * step + number % burst * burst_step_micros}));
    if ((number + 1) % flush_after == 0) log.flush_now();
  }
  log.flush_now();
}

void tell(std::string_view what, std::vector<double> took) {
  if (took.empty()) return;
  std::ranges::sort(took);
  fmt::print("{:42} {:8.2f} ms median {:8.2f} ms worst\n", what, took[took.size() / 2], took.back());
}

// A first page, and pages from the middle of the log, each as LookupEvents answers it.
void measure(const events::Log& log, const std::string& what, const std::vector<events::Condition>& conditions,
             Timestamp start) {
  std::vector<double> took;
  for (int round = 0; round < rounds; ++round) {
    events::Query query{.account = account, .region = region, .conditions = conditions};
    query.to = start.plus_seconds((round + 1) * days * day_seconds / rounds);
    std::size_t bytes = 0;
    took.push_back(milliseconds_of([&] {
      const events::Page page = log.look_up(query).value();
      for (const events::EventRecord& event : page.events) bytes += events::to_cloudtrail_json(event).size();
    }));
    if (bytes == 0) took.pop_back();  // nothing is that old
  }
  tell(what, std::move(took));
}

int run(std::int64_t count, const std::string& folder) {
  store::SqliteOptions options;
  options.folder = folder;
  const auto db = store::Db::open(store::open_sqlite_backend(std::move(options)).value(), events::log_spaces()).value();
  SystemClock clock;
  const Timestamp start = clock.now().plus_seconds(-(days + 1) * day_seconds);
  events::Bounds bounds;
  bounds.bytes_max = ~std::uint64_t{0};
  bounds.rows_max = ~std::uint64_t{0};
  events::Log log(*db, clock, bounds);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const double making = milliseconds_of([&] { fill(log, count, start); });
  const store::LogUsage blocks = db->log_usage(events::event_blocks).value();
  const store::LogUsage lookups = db->log_usage(events::event_lookups).value();
  fmt::print("{} events, made in {:.0f} s; blocks {} MiB in {} rows, lookups {} MiB in {} rows; dropped {}\n", count,
             making / 1000, blocks.bytes >> 20, blocks.rows, lookups.bytes >> 20, lookups.rows, log.dropped());
  measure(log, "a page of 50, of all", {}, start);
  measure(log, "by Username", {{events::Attribute::user_name, "user-7"}}, start);
  measure(log, "by EventName", {{events::Attribute::event_name, "Operation7"}}, start);
  measure(log, "by ReadOnly false", {{events::Attribute::read_only, "false"}}, start);
  measure(log, "by AccessKeyId", {{events::Attribute::access_key_id, fmt::format("AKIA{:016}", 7)}}, start);
  measure(log, "by ResourceName", {{events::Attribute::resource_name, "resource-7"}}, start);
  std::int64_t seen = 0;
  const double all = milliseconds_of([&] {
    (void)events::for_each_activity(*db, {account, fmt::format("arn:aws:iam::{}:user/user-7", account)},
                                    [&](const events::Activity&) { return ++seen > 0; });
  });
  fmt::print("{:42} {:8.2f} ms for {} events\n", "one principal's whole activity", all, seen);
  return 0;
}

}  // namespace

int main(int arguments, char** argument) {
  if (arguments != 3) return fmt::print(stderr, "lookup_events EVENTS FOLDER\n"), 2;
  return run(std::atoll(argument[1]), argument[2]);
}
