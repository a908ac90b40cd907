#include "policy/analysis/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/clock.h"
#include "base/encoding.h"
#include "policy/date.h"

namespace haar::policy::analysis {
namespace {

constexpr Decimal kOne = 1'000'000'000'000;  // a Decimal's scale
constexpr std::int64_t kSecond = 1'000'000;  // microseconds

std::string decimal_text(Decimal value) {
  const bool negative = value < 0;
  if (negative) value = -value;
  std::string whole;
  for (Decimal rest = value / kOne; rest != 0; rest /= 10) {
    whole.insert(whole.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
  }
  if (whole.empty()) whole = "0";
  std::string out = (negative ? "-" : "") + whole;
  if (const auto fraction = static_cast<std::int64_t>(value % kOne); fraction != 0) {
    out += fmt::format(".{:012}", fraction);
    while (out.back() == '0') out.pop_back();
  }
  return out;
}

// aws:EpochTime is the one date that requests give as a number.
std::string date_text(std::int64_t micros, bool epoch) {
  if (epoch) return std::to_string(micros / kSecond);
  std::int64_t fraction = micros % kSecond;
  if (fraction < 0) fraction += kSecond;
  std::string out = format_iso8601(Timestamp{micros - fraction});
  if (fraction == 0) return out;
  out.pop_back();  // the Z
  return out + fmt::format(".{:06}Z", fraction);
}

// Whole numbers first: what a key counts is whole, as far as a condition leaves that open.
void add_numbers(const std::vector<Decimal>& limits, std::vector<std::string>& out) {
  for (const Decimal limit : limits) {
    for (const Decimal step : {Decimal{0}, kOne, -kOne}) out.push_back(decimal_text(limit + step));
  }
  for (const Decimal limit : limits) {
    for (const Decimal step : {Decimal{1}, Decimal{-1}}) out.push_back(decimal_text(limit + step));
  }
}

void add_dates(const std::vector<std::int64_t>& limits, bool epoch, std::vector<std::string>& out) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 2;
  for (const std::int64_t step : {std::int64_t{0}, kSecond, -kSecond, std::int64_t{1}, std::int64_t{-1}}) {
    for (const std::int64_t limit : limits) {
      if (limit < kMost && limit > -kMost) out.push_back(date_text(limit + step, epoch));
    }
  }
}

void add_addresses(const std::vector<Cidr>& blocks, std::vector<std::string>& out) {
  for (const Cidr& block : blocks) {
    out.push_back(block.first().str());
    if (const auto after = next_address(block.last())) out.push_back(after->str());
  }
}

}  // namespace

std::vector<std::string> sample_values(const KeyDomain& domain, const std::vector<KeyClaim>& claims) {
  const bool epoch = domain.key.space == KeySpace::global && domain.key.global == Key::epoch_time;
  std::vector<std::string> out;
  switch (domain.type) {
    case KeyType::boolean: return {"true", "false"};
    case KeyType::number: out = {"0"}; break;
    case KeyType::date: out = {epoch ? "1893456000" : "2030-01-01T00:00:00Z"}; break;
    case KeyType::ip_address: out = {"203.0.113.5", "2001:db8::5", "0.0.0.0", "::"}; break;
    case KeyType::text:
    case KeyType::arn: out = {"example", "true", "false"}; break;
  }
  for (const KeyClaim& claim : claims) {
    const Condition::Values& values = claim.test->condition->values();
    if (const auto* numbers = std::get_if<std::vector<Decimal>>(&values)) add_numbers(*numbers, out);
    if (const auto* dates = std::get_if<std::vector<std::int64_t>>(&values)) add_dates(*dates, epoch, out);
    if (const auto* blocks = std::get_if<std::vector<Cidr>>(&values)) add_addresses(*blocks, out);
    if (const auto* texts = std::get_if<std::vector<std::string>>(&values)) {
      for (const std::string& bytes : *texts) out.push_back(to_base64(bytes));
    }
    for (const Glob& glob : claim.test->globs) {
      if (!is_plain(glob)) continue;
      std::string text;
      for (const Symbol s : glob.symbols) append_character(text, s);
      out.push_back(std::move(text));
    }
  }
  add_addresses(domain.outside_blocks, out);
  return out;
}

bool is_in(const std::vector<Cidr>& blocks, const std::string& address) {
  if (blocks.empty()) return false;
  const auto one = IpAddress::parse(address);
  return one && std::any_of(blocks.begin(), blocks.end(), [&](const Cidr& block) { return block.contains(*one); });
}

}  // namespace haar::policy::analysis
