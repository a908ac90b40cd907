// Policies as an attacker would write them, and decisions on them. The first byte chooses the kind, the rest is
// the document; its own text serves as action, resource and context too, so that patterns meet what they match.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "policy/decide.h"

namespace {

using namespace haar::policy;

constexpr std::size_t kMaxInput = 16 * 1024;  // beyond this it is only slower

void require(bool held) {
  if (!held) std::abort();
}

// The n-th string literal of the document, or what is there instead.
std::string_view literal(std::string_view text, std::size_t n) {
  std::size_t from = 0;
  for (;; --n) {
    const std::size_t open = text.find('"', from);
    if (open == std::string_view::npos) return "s3:GetObject";
    const std::size_t close = text.find('"', open + 1);
    if (close == std::string_view::npos) return text.substr(open + 1);
    if (n == 0) return text.substr(open + 1, close - open - 1);
    from = close + 1;
  }
}

void decide_on(const PolicySet& set, std::string_view text, std::uint8_t choice) {
  const Principal principal{.type = static_cast<PrincipalType>(choice % 8),
                            .account = "111122223333",
                            .arn = "arn:aws:sts::111122223333:assumed-role/app/session",
                            .principal_arn = "arn:aws:iam::111122223333:role/app",
                            .unique_id = "AROAAAAAAAAAAAAAAAAPP",
                            .userid = "AROAAAAAAAAAAAAAAAAPP:session",
                            .canonical_id = "canonical"};
  const std::string_view values[] = {literal(text, choice % 7), literal(text, choice % 11)};
  Context context;
  context.set(Key::username, values[0]);
  context.set(literal(text, choice % 13), values[1]);
  context.set_list(Key::tag_keys, values);
  context.set_now(haar::Timestamp::from_seconds(1'795'166'000));
  context.set_tag(KeySpace::resource_tag, values[0], values[1]);
  const PolicySet* const level[] = {&set};
  for (const std::size_t n : {3, 5, 7, 9, 11}) {
    Policies policies;
    policies.identity = &set;
    policies.resource = (choice & 1) != 0 ? &set : nullptr;
    policies.session = (choice & 2) != 0 ? &set : nullptr;
    if ((choice & 4) != 0) policies.scp = level;
    if ((choice & 16) != 0) policies.rcp = level;
    if ((choice & 32) != 0) policies.boundary = &set;
    if ((choice & 64) != 0) policies.endpoint = &set;
    const Request request{.principal = principal,
                          .action = literal(text, n),
                          .resource = literal(text, n + 2),
                          .resource_account = (choice & 8) != 0 ? "444455556666" : "",
                          .context = context,
                          .resource_policy_must_allow = (choice & 128) != 0};
    const Decision quick = decide(request, policies);
    const Decision full = decide(request, policies, Detail::all);
    require(quick.effect == full.effect && quick.by == full.by);
    require(quick.effect != Effect::explicit_deny || (quick.deciding.source != nullptr && !full.matches.empty()));
    require(!access_denied_message(request, quick).empty() && !explain(full).empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > kMaxInput) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  require(counted_size(text) <= text.size());
  const auto document = parse(text, static_cast<Kind>(data[0] % 9));
  if (!document) {
    require(!document.error().message.empty() && document.error().http_status == 400);
    return 0;
  }
  // What is stored has to be readable again: replacing every principal by itself changes nothing that matters.
  const std::string mapped = map_principals(**document, [](std::string_view principal) { return std::string(principal); });
  const auto again = parse(mapped, kind_of(**document));
  require(again.ok() && statement_count(**again) == statement_count(**document));
  const auto set = PolicySet::build({"fuzz", SourceType::none, *document});
  decide_on(*set, text, data[0]);
  return 0;
}
