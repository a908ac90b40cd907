#include "base/go_on.h"

#include <poll.h>

#include <exception>

#include "base/log.h"

namespace haar {

bool go_on(std::string_view thread, const std::function<void()>& turn) {
  try {
    turn();
    return true;
  } catch (const std::exception& error) {
    log_error("a background thread goes on after something that it did threw", {{"thread", thread}, {"reason", error.what()}});
  } catch (...) {
    log_error("a background thread goes on after something that it did threw", {{"thread", thread}});
  }
  ::poll(nullptr, 0, pause_after_throw_ms);
  return false;
}

}  // namespace haar
