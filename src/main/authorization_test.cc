// Every row against AWS's service authorization reference (data/authorization.json): the resolver asks for
// actions that exist, on resource types that the action has, with condition keys that it knows.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <re2/re2.h>

#include <map>
#include <set>

#include "api/row.h"
#include "base/file.h"
#include "main/rows.h"
#include "services/iam/identity.h"
#include "store/db.h"
#include "store/memory_backend.h"

namespace haar::main {
namespace {

namespace json = boost::json;

const json::object& reference() {
  static const json::object all = json::parse(read_file(HAAR_SOURCE_DIR "/data/authorization.json").value()).as_object();
  return all;
}

// "arn:${Partition}:rds:${Region}:${Account}:cluster:${DbClusterIdentifier}" as a pattern. Names that the
// default-made input leaves empty, and the wildcards of list calls, match as well.
std::string pattern_of(std::string_view arn) {
  std::string out;
  for (std::size_t i = 0; i < arn.size();) {
    if (arn.substr(i).starts_with("${")) {
      out += ".*";
      i = arn.find('}', i) + 1;
    } else {
      out += RE2::QuoteMeta(re2::StringPiece(&arn[i], 1));
      ++i;
    }
  }
  return out;
}

// Condition keys with a part that varies end in ${TagKey}.
bool names_key(const json::array& keys, std::string_view key) {
  for (const json::value& known : keys) {
    const std::string_view text = known.as_string();
    const std::size_t variable = text.find("${");
    if (variable == std::string_view::npos ? text == key : key.starts_with(text.substr(0, variable))) return true;
  }
  return false;
}

// Organizations tells its resources apart by their ids.
const std::map<std::string_view, std::string> organization_ids{
    {"AccountId", "222222222222"},         {"ChildId", "222222222222"},     {"HandshakeId", "h-12345678"},
    {"OrganizationalUnitId", "ou-ab12-12345678"}, {"ParentId", "r-ab12"},   {"PolicyId", "p-12345678"},
    {"ResourceId", "r-ab12"},              {"RootId", "r-ab12"},            {"TargetId", "r-ab12"},
    {"SourceParentId", "r-ab12"},          {"DestinationParentId", "ou-ab12-12345678"}};

// Required texts, which a default-made input leaves empty: a name, or an ARN of the account's own.
void fill_required(std::string_view service, const wire::Shape* shape, void* input) {
  if (shape == nullptr) return;
  for (const wire::Member& member : shape->members) {
    if (member.optional != nullptr || member.shape->kind != wire::Kind::string) continue;
    auto& text = *static_cast<std::string*>(static_cast<void*>(static_cast<char*>(input) + member.offset));
    if (member.name == "PolicyArn") text = "arn:aws:iam::111122223333:policy/example";
    else if (member.name == "PolicySourceArn") text = "arn:aws:iam::111122223333:user/example";
    else if (member.name == "RoleArn") text = "arn:aws:iam::111122223333:role/example";
    else if (member.name == "Arn") text = "arn:aws:iam::111122223333:user/example";
    else if (member.name == "EntityArn") text = "arn:aws:iam::111122223333:delegation-request/example";
    else if (member.name == "EntityPath") text = "o-a1b2c3d4e5/r-ab12";
    else if (member.name == "ResourceName") text = "arn:aws:elasticache:us-east-1:111122223333:cluster:example";
    else if (const auto id = organization_ids.find(member.name); service == "organizations" && id != organization_ids.end())
      text = id->second;
    else text = "example";
  }
}

class Rows : public ::testing::Test {
 protected:
  Rows() {
    register_all(registry_);
    db_ = store::Db::open(store::make_memory_backend(), all_spaces()).value();
    caller_->account = AccountId("111122223333");
    caller_->arn = caller_->principal_arn = "arn:aws:iam::111122223333:user/ana";
    caller_->unique_id = "AIDAEXAMPLE";
    caller_->name = "ana";
  }

  std::vector<api::Requirement> requirements(const api::Row& row) {
    auth::Keyring keyring = auth::Keyring::ephemeral();
    iam::IamIdentities identities(keyring);
    SystemClock clock;
    const api::Environment env(clock, system_random(), keyring, identities, registry_);
    store::Txn txn(db_->snapshot());
    const api::Origin origin;
    const api::Call call(env, txn, caller_, origin, Region("us-east-1"), clock.now());
    api::Requirements needs(std::string(row.model->service->signing_name) + ":" + std::string(row.model->name),
                            caller_->account);
    const std::shared_ptr<void> input = row.make_input();
    fill_required(row.model->service->name, row.model->input, input.get());
    const std::shared_ptr<void> prepared = row.make_prepared ? row.make_prepared() : nullptr;
    row.resolve(call, input.get(), prepared.get(), needs);
    return needs.list();
  }

  api::Registry registry_;
  std::unique_ptr<store::Db> db_;
  std::shared_ptr<api::Caller> caller_ = std::make_shared<api::Caller>();
};

const json::object* find_action(const std::string& action) {
  const std::size_t colon = action.find(':');
  const json::value* service = reference().if_contains(action.substr(0, colon));
  if (service == nullptr) return nullptr;
  const json::value* found = service->as_object().at("actions").as_object().if_contains(action.substr(colon + 1));
  return found == nullptr ? nullptr : &found->as_object();
}

void check_requirement(const std::string& row, const api::Requirement& need) {
  const json::object* action = find_action(need.action);
  ASSERT_NE(action, nullptr) << row << " asks for " << need.action << ", which the reference does not have";
  const json::object& types = action->at("resources").as_object();
  const std::string service = need.action.substr(0, need.action.find(':'));
  if (need.resource == "*") {
    // A list call over several types, or none, may stand for all; an action with a required type may not.
    for (const auto& [name, type] : types)
      EXPECT_FALSE(type.as_object().at("required").as_bool())
          << row << ": " << need.action << " acts on a " << std::string_view(name) << ", not on *";
    return;
  }
  ASSERT_FALSE(types.empty()) << row << ": " << need.action << " has no resource type; its resource is *, not " << need.resource;
  json::array keys = action->at("keys").as_array();
  bool matched = false;
  for (const auto& [name, type] : types) {
    const json::object& facts = reference().at(service).as_object().at("resources").as_object().at(name).as_object();
    if (!RE2::FullMatch(need.resource, pattern_of(facts.at("arn").as_string()))) continue;
    matched = true;
    for (const json::value& key : facts.at("keys").as_array()) keys.push_back(key);
    for (const json::value& key : type.as_object().at("keys").as_array()) keys.push_back(key);
  }
  EXPECT_TRUE(matched) << row << ": " << need.resource << " is no resource of " << need.action;
  for (const auto& [key, values] : need.keys)
    EXPECT_TRUE(key.starts_with("aws:") || names_key(keys, key)) << row << ": " << need.action << " knows no key " << key;
}

TEST_F(Rows, AgreeWithTheAuthorizationReference) {
  int rows = 0;
  for (const wire::Service* service : registry_.services()) {
    for (const wire::Operation& operation : service->operations) {
      const api::Row* row = registry_.find(operation);
      if (row == nullptr || row->needs_no_permission) continue;
      ++rows;
      const std::vector<api::Requirement> needs = requirements(*row);
      const std::string name = std::string(service->name) + ":" + std::string(operation.name);
      EXPECT_FALSE(needs.empty()) << name << " asks for nothing";
      for (const api::Requirement& need : needs) check_requirement(name, need);
    }
  }
  EXPECT_GT(rows, 50);
}

// A read must not be able to change anything, and what changes something must be recorded with its answer.
TEST_F(Rows, ReadOnlyIsWhatTheReferenceCallsReadOrList) {
  for (const wire::Service* service : registry_.services()) {
    for (const wire::Operation& operation : service->operations) {
      const api::Row* row = registry_.find(operation);
      if (row == nullptr) continue;
      const std::string name = std::string(service->signing_name) + ":" + std::string(operation.name);
      const json::object* action = find_action(name);
      if (action == nullptr) continue;
      const std::string_view level = action->at("level").as_string();
      // sts hands out credentials without changing any state, so its rows read.
      if (service->name == "sts") continue;
      // "Read" by the reference, and yet they leave a job behind, which another call reads.
      if (operation.name == "GenerateServiceLastAccessedDetails" || operation.name == "GenerateOrganizationsAccessReport")
        continue;
      EXPECT_EQ(row->mode == api::Mode::read, level == "Read" || level == "List") << name << " is a " << level;
    }
  }
}

}  // namespace
}  // namespace haar::main
