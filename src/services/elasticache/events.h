// What happened to caches and parameter groups, as DescribeEvents tells it: AWS keeps it for 14 days.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ECEvents.html
#pragma once

#include <cstdint>
#include <string>

#include "api/kit/call.h"

namespace haar::elasticache {

enum class EventSource : std::uint8_t { cluster, group, parameter_group, subnet_group };

// In the transaction that makes it so.
void note_event(api::Call& call, EventSource source, const std::string& id, std::string message);

}  // namespace haar::elasticache
