// What the operator's socket says of instances, for `haar run`.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/result.h"
#include "main/app.h"

namespace haar::main {

Result<boost::json::value> show_instance(const App& app, const boost::json::object& arguments);
Result<boost::json::value> show_route(const App& app, const boost::json::object& arguments);

}  // namespace haar::main
