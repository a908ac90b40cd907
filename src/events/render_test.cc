#include "events/render.h"

#include <boost/json.hpp>

#include "events/test_events.h"

namespace haar::events {
namespace {

namespace json = boost::json;

json::object rendered(const EventRecord& event) { return json::parse(to_cloudtrail_json(event)).as_object(); }
std::string text(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  return found == nullptr || !found->is_string() ? "" : std::string(found->get_string());
}

class Rendered : public ::testing::Test {
 protected:
  static EventRecord assume_role(const std::string& role) {
    EventRecord out = test_event("AssumeRole", Timestamp::from_seconds(test_seconds));
    out.source = "sts.amazonaws.com";
    out.request_id = "00000000-0000-4000-8000-000000000002";
    out.request_parameters = R"({"roleArn":")" + role + R"(","roleSessionName":"s"})";
    out.identity.account = ana;
    return out;
  }
};

// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
TEST_F(Rendered, SessionsOfOneRoleInAnotherAccountShareAnId) {
  EventRecord here = assume_role("arn:aws:iam::444455556666:role/x");
  EventRecord there = here;
  there.account = bo;
  const json::object first = rendered(here), second = rendered(there);
  EXPECT_EQ(text(first, "sharedEventID").size(), 36u);
  EXPECT_EQ(text(first, "sharedEventID"), text(second, "sharedEventID"));
  EXPECT_EQ(text(second, "recipientAccountId"), bo);
  const json::object& resource = second.at("resources").as_array().at(0).as_object();
  EXPECT_EQ(text(resource, "ARN"), "arn:aws:iam::444455556666:role/x");
  EXPECT_EQ(text(resource, "accountId"), bo);
  EXPECT_EQ(text(resource, "type"), "AWS::IAM::Role");
  here.request_id = "00000000-0000-4000-8000-000000000003";
  EXPECT_NE(text(rendered(here), "sharedEventID"), text(first, "sharedEventID"));
}

TEST_F(Rendered, WithinAnAccountOrWithoutSuccessNothingIsShared) {
  EventRecord own = assume_role("arn:aws:iam::111122223333:role/x");
  EXPECT_FALSE(rendered(own).contains("sharedEventID"));
  EXPECT_TRUE(rendered(own).contains("resources"));
  EventRecord refused = assume_role("arn:aws:iam::444455556666:role/x");
  refused.error_code = "AccessDenied";
  EXPECT_FALSE(rendered(refused).contains("sharedEventID"));
  EXPECT_FALSE(rendered(refused).contains("resources"));
}

TEST_F(Rendered, AWebIdentityStandsInTheSessionItVouchedFor) {
  EventRecord event = test_event("ListUsers", Timestamp::from_seconds(test_seconds));
  event.identity.type = "AssumedRole";
  event.identity.issuer_arn = "arn:aws:iam::111122223333:role/x";
  event.identity.session_created = Timestamp::from_seconds(test_seconds);
  event.identity.identity_provider = "arn:aws:iam::111122223333:oidc-provider/idp.example.com";
  const json::object who = rendered(event).at("userIdentity").as_object();
  EXPECT_FALSE(who.contains("identityProvider"));
  const json::object& data = who.at("sessionContext").at("webIdFederationData").as_object();
  EXPECT_EQ(text(data, "federatedProvider"), event.identity.identity_provider);
  event.identity.identity_provider = "arn:aws:iam::111122223333:saml-provider/corporate";
  EXPECT_FALSE(rendered(event).at("userIdentity").at("sessionContext").as_object().contains("webIdFederationData"));
}

TEST_F(Rendered, ErrorCodesAreThoseOfCloudTrail) {
  EventRecord event = test_event("x", Timestamp::from_seconds(test_seconds));
  for (const auto& [source, code, shown] : std::vector<std::array<std::string, 3>>{
           {"iam.amazonaws.com", "NoSuchEntity", "NoSuchEntityException"},
           {"iam.amazonaws.com", "AccessDenied", "AccessDenied"},
           {"ec2.amazonaws.com", "UnauthorizedOperation", "Client.UnauthorizedOperation"},
           {"ec2.amazonaws.com", "InvalidGroup.NotFound", "Client.InvalidGroup.NotFound"},
           {"ec2.amazonaws.com", "InternalError", "Server.InternalError"},
           {"rds.amazonaws.com", "DBInstanceNotFound", "DBInstanceNotFound"}}) {
    event.source = source;
    event.error_code = code;
    EXPECT_EQ(text(rendered(event), "errorCode"), shown);
  }
  event.error_code.clear();
  EXPECT_FALSE(rendered(event).contains("errorCode"));
}

}  // namespace
}  // namespace haar::events
