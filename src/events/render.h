// Events in CloudTrail's form: one JSON object each.
#pragma once

#include <string>

#include "events/record.h"

namespace haar::events {

// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
std::string to_cloudtrail_json(const EventRecord& event);

}  // namespace haar::events
