// What somebody who creates a database or a cache should know of the machine that it will run on.
#pragma once

#include <string>

#include "api/kit/call.h"

namespace haar::api {

// A part of the environment, put at start-up; none in tests that start no engine.
struct EngineNotice {
  std::string text;  // which layers around engines this machine lacks; empty: none. Plain ASCII, one line
};

// To be called by handlers that create what an engine will run for.
inline void say_what_engines_lack(Call& call) {
  if (const auto* notice = call.env.find_part<EngineNotice>()) call.notice = notice->text;
}

}  // namespace haar::api
