// GET /_haar/health: {"status":"ok"} as soon as haar serves, to whoever asks. It says nothing else.
#pragma once

#include "web/site.h"

namespace haar::web {

Site health();

}  // namespace haar::web
