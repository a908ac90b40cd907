// Which events a trail logs. haar records management events alone, so that selectors of data events select nothing.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "events/record.h"
#include "model/cloudtrail/PutEventSelectors.h"
#include "services/cloudtrail/records.h"

namespace haar::cloudtrail {

// Error InvalidEventSelectorsException.
Result<std::vector<BasicSelector>> read_selectors(const std::vector<EventSelector>& given);
Result<std::vector<AdvancedSelector>> read_selectors(const std::vector<AdvancedEventSelector>& given);

std::vector<EventSelector> show_selectors(const std::vector<BasicSelector>& selectors);
std::vector<AdvancedEventSelector> show_selectors(const std::vector<AdvancedSelector>& selectors);

// Whether the trail's selectors take the event, and it was logging then.
bool selects(const TrailRecord& trail, const events::EventRecord& event);
// Of a service that is one for all Regions.
bool is_global_service(std::string_view source);

}  // namespace haar::cloudtrail
