#include "fleet/kind.h"

#include <utility>

namespace haar::fleet {
namespace {

constexpr std::string_view waiting_code = "Waiting";

}  // namespace

Error waiting(std::string why) { return {std::string(waiting_code), std::move(why), 503, Fault::receiver}; }

bool is_waiting(const Error& error) { return error.code == waiting_code; }

}  // namespace haar::fleet
