// What `haar events` asks for, as the operator's socket carries it.
#pragma once

#include <boost/json/object.hpp>

#include "base/clock.h"
#include "events/lookup.h"

namespace haar::main {

// {limit, since, until, account, region, attributes: {EventName: …, …}}, all of which may be absent or empty. Times are
// ISO 8601, or durations before `now`. Error InvalidArgument names what cannot be read.
Result<events::Query> read_event_query(const boost::json::object& arguments, Timestamp now);

}  // namespace haar::main
