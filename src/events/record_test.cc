#include "events/record.h"

#include <gtest/gtest.h>

namespace haar::events {
namespace {

TEST(EventRecord, IsWrittenFromViewsAsFromStrings) {
  EventDraft draft;
  draft.time = Timestamp::from_seconds(1'800'000'000);
  draft.id = "id", draft.request_id = "request", draft.source = "iam.amazonaws.com", draft.name = "CreateUser";
  draft.region = "us-east-1", draft.account = "111122223333";
  draft.identity.type = "AssumedRole", draft.identity.arn = "arn", draft.identity.issuer_id = "issuer";
  draft.identity.mfa = true;
  draft.source_ip = "127.0.0.1", draft.tls = true, draft.tls_version = "TLSv1.3", draft.error_code = "AccessDenied";
  draft.request_parameters = "{}";
  draft.evaluated = {{"iam:CreateUser", "*", false, "identity", {"a#b@1:1"}}};
  const WrittenEvent event = written(draft);
  EXPECT_EQ(event.account, "111122223333");
  EXPECT_EQ(event.region, "us-east-1");
  const EventRecord read = read_event(event.bytes).value();
  EXPECT_EQ(read.name, "CreateUser");
  EXPECT_EQ(read.identity.issuer_id, "issuer");
  EXPECT_TRUE(read.identity.mfa);
  EXPECT_EQ(read.event_type, "AwsApiCall");
  ASSERT_EQ(read.evaluated.size(), 1u);
  EXPECT_EQ(read.evaluated[0].statements, draft.evaluated[0].statements);
  EXPECT_EQ(written(read).bytes, event.bytes);
}

TEST(EventRecord, WhatIsEmptyTakesNoRoom) {
  EventRecord event;
  const std::size_t least = written(event).bytes.size();
  EXPECT_LT(least, sizeof "AwsApiCall" + 8);
  event.read_only = true;
  EXPECT_EQ(written(event).bytes.size(), least + 2);
  EXPECT_TRUE(read_event(written(event).bytes)->read_only);
  EXPECT_FALSE(read_event(written(event).bytes)->tls);
}

}  // namespace
}  // namespace haar::events
