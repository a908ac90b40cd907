// What happened to clusters, instances and parameter groups, as DescribeEvents tells it: AWS keeps it for 14 days.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
#pragma once

#include <string>
#include <string_view>

#include "api/kit/call.h"

namespace haar::rds {

enum class EventSource : std::uint8_t { cluster, instance, parameter_group };

// In the transaction that makes it so.
void note_event(api::Call& call, EventSource source, const std::string& id, std::string_view category, std::string message);

}  // namespace haar::rds
