#include "services/managed/tags.h"

#include <gtest/gtest.h>

#include <memory>

#include "api/kit/row.h"
#include "services/iam/identity.h"
#include "store/db.h"
#include "store/key_space.h"
#include "store/memory_backend.h"

namespace haar::managed {
namespace {

struct ThingRecord {
  static constexpr std::string_view record_name = "test.thing";
  static constexpr std::uint32_t record_version = 1;

  std::string id;
  bool ready = true;
  std::map<std::string, std::string> tags;

  template <class V>
  void fields(V& v) { v(1, id); v(2, ready); v(3, tags); }
};
extern const store::KeySpace<ThingRecord> things;
const store::KeySpace<ThingRecord> things{"test/thing"};

Error error(std::string message) { return Error{"Refused", std::move(message)}; }
Error bad_name(NameFault fault, std::string_view) {
  constexpr std::string_view names[] = {"malformed", "elsewhere", "unknown kind"};
  return error(std::string(names[static_cast<int>(fault)]));
}
Error gone(std::string_view name) { return error("no " + std::string(name)); }

constexpr TaggedKind thing_kind{
    "thing", gone,
    &api::tagged_records<things, [](const api::Call&, const store::Key&, const ThingRecord& thing) { return thing.ready; }>};
constexpr TaggedKind absent_kind{"absent", gone};
constexpr const TaggedKind* kinds[] = {&thing_kind, &absent_kind};
constexpr std::string_view reserved[] = {"aws:"};
constexpr api::TagRules rules = tag_rules<error, error>(reserved);
constexpr Tagging lenient{.service = "rds", .kinds = kinds, .rules = rules, .bad_name = bad_name};
constexpr Tagging strict{.service = "rds", .kinds = kinds, .rules = rules, .bad_name = bad_name,
                         .missing_key = [](std::string_view key) { return error("no key " + std::string(key)); }};

const std::string prefix = "arn:aws:rds:us-east-1:111122223333:";

class TagOperations : public ::testing::Test {
 protected:
  template <class Work>
  auto in_call(Work work) {
    const api::Environment env(clock_, system_random(), keyring_, identities_, registry_);
    const api::Origin origin;
    std::optional<decltype(work(std::declval<api::Call&>()))> result;
    const store::Outcome outcome = db_->submit_and_wait([&](store::Txn& txn) {
      api::Call call(env, txn, caller_, origin, Region("us-east-1"), clock_.now());
      result = work(call);
      return result->ok() ? store::Keep::commit : store::Keep::discard;
    });
    EXPECT_EQ(outcome, store::Outcome::committed);
    return *std::move(result);
  }
  TagOperations() {
    db_ = store::Db::open(store::make_memory_backend(), {&things}).value();
    caller_->account = AccountId("111122223333");
    (void)in_call([](api::Call& call) {
      call.txn.put(things, call.key("demo"), ThingRecord{"demo", true, {{"a", "1"}}});
      call.txn.put(things, call.key("young"), ThingRecord{"young", false, {{"b", "2"}}});
      return Result<void>();
    });
  }
  std::string list(std::string arn) {
    return text(in_call([&](api::Call& call) { return list_tags(call, lenient, arn); }));
  }
  static std::string text(const Result<api::TagMap>& tags) {
    if (!tags.ok()) return tags.error().message;
    std::string out;
    for (const auto& [key, value] : *tags) out += key + "=" + value + ";";
    return out;
  }

  ManualClock clock_{Timestamp::from_seconds(1'800'000'000)};
  auth::Keyring keyring_ = auth::Keyring::ephemeral();
  iam::IamIdentities identities_{keyring_};
  api::Registry registry_;
  std::shared_ptr<api::Caller> caller_ = std::make_shared<api::Caller>();
  std::unique_ptr<store::Db> db_;
};

TEST_F(TagOperations, find_the_resource_that_an_arn_names) {
  EXPECT_EQ(list(prefix + "thing:Demo"), "a=1;");
  EXPECT_EQ(list(prefix + "thing:other"), "no other");
  EXPECT_EQ(list(prefix + "absent:demo"), "no demo");
  EXPECT_EQ(list(prefix + "nothing:demo"), "unknown kind");
  EXPECT_EQ(list("demo"), "malformed");
  EXPECT_EQ(list(prefix + "demo"), "malformed");
  EXPECT_EQ(list("arn:aws:rds:eu-west-1:111122223333:thing:demo"), "elsewhere");
  EXPECT_EQ(list("arn:aws:rds:us-east-1:222233334444:thing:demo"), "elsewhere");
  EXPECT_EQ(list("arn:aws:ec2:us-east-1:111122223333:thing:demo"), "elsewhere");
}

TEST_F(TagOperations, take_no_resource_that_is_not_ready) {
  EXPECT_EQ(list(prefix + "thing:young"), "no young");
  EXPECT_EQ(text(in_call([](api::Call& call) { return add_tags(call, lenient, prefix + "thing:young", {{"c", "3"}}); })),
            "no young");
}

TEST_F(TagOperations, add_replace_and_remove) {
  const auto add = [&](api::TagMap tags) {
    return text(in_call([&](api::Call& call) { return add_tags(call, lenient, prefix + "thing:demo", tags); }));
  };
  EXPECT_EQ(add({{"a", "2"}, {"b", ""}}), "a=2;b=;");
  api::TagMap many;
  for (int i = 0; i < 49; ++i) many["k" + std::to_string(i)] = "";
  EXPECT_EQ(add(many), "A resource can have at most 50 tags.");
  EXPECT_EQ(list(prefix + "thing:demo"), "a=2;b=;");
  EXPECT_EQ(text(in_call([](api::Call& call) { return remove_tags(call, strict, prefix + "thing:demo", {"a", "x"}); })),
            "no key x");
  EXPECT_EQ(list(prefix + "thing:demo"), "a=2;b=;");
  EXPECT_EQ(text(in_call([](api::Call& call) { return remove_tags(call, lenient, prefix + "thing:demo", {"a", "x"}); })),
            "b=;");
  EXPECT_EQ(list(prefix + "thing:demo"), "b=;");
}

// The conditions of a policy see the tags of a resource that cannot be tagged at the moment.
TEST_F(TagOperations, ask_for_the_resource_with_its_tags) {
  (void)in_call([](api::Call& call) {
    api::Requirements needs("rds:ListTagsForResource", call.account());
    const api::Requirement& young = need_named(call, lenient, prefix + "thing:young", needs);
    EXPECT_EQ(young.resource, prefix + "thing:young");
    EXPECT_EQ(young.resource_tags, (api::TagMap{{"b", "2"}}));
    EXPECT_EQ(need_named(call, lenient, prefix + "nothing:x", needs).resource, prefix + "nothing:x");
    EXPECT_EQ(need_named(call, lenient, "x", needs).resource, "*");
    return Result<void>();
  });
}

TEST_F(TagOperations, tell_of_everything_that_has_tags) {
  (void)in_call([](api::Call& call) {
    call.txn.put(things, call.key("bare"), ThingRecord{"bare", true, {}});
    api::TaggedResources found;
    add_tagged(call, lenient, found);
    std::vector<std::string> arns;
    for (const api::TaggedResource& resource : std::move(found).take()) arns.push_back(resource.arn);
    EXPECT_EQ(arns, (std::vector<std::string>{prefix + "thing:demo", prefix + "thing:young"}));
    return Result<void>();
  });
}

TEST(TagRules, name_what_is_wrong_with_a_tag) {
  const auto fault = [](std::string key, std::string value) {
    return api::check_tags(rules, std::vector<api::TagPair>{{std::move(key), std::move(value)}}).error().message;
  };
  EXPECT_EQ(fault("", ""), "The tag key '' is not valid: 1 to 128 characters, not beginning with aws:.");
  EXPECT_EQ(fault("aws:x", ""), "The tag key 'aws:x' is not valid: 1 to 128 characters, not beginning with aws:.");
  EXPECT_EQ(fault("k", std::string(257, 'v')), "The value of the tag 'k' is longer than 256 characters.");
}

}  // namespace
}  // namespace haar::managed
