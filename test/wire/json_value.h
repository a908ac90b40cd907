// JSON -> generated structs over the schema tables, so that test cases can be data.
#pragma once

#include <boost/json.hpp>

#include "wire/schema.h"

namespace haar::protocol_tests {

// Fills a default-constructed value of the shape. Throws std::runtime_error on a key or a type that the
// shape does not have: a case must not pass because half of it was ignored.
void fill_from_json(const wire::Shape& shape, const boost::json::value& json, void* value);

}  // namespace haar::protocol_tests
