// An engine whose log can be kept beside its copies, so that what is made of a copy comes to any moment between. An Engine that
// can do so is this, too: found with logged().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "fleet/engine.h"

namespace haar::fleet {

// How far the log of an engine is kept beside copies of it.
struct LogKept {
  std::int64_t until_micros = 0;   // every change up to then is kept, by the machine's own clock
  std::int64_t marked_micros = 0;  // recovery finds the end of every time up to this one …
  std::string marked_position;     // … and, of what came after it, has at least what lies before this place
  bool began_anew = false;         // what was kept before does not lead on to what is kept now
  std::uint64_t bytes = 0;
};

// Up to where an engine that is made of a copy takes in the log that was kept beside it.
struct Recovery {
  std::string log_folder;
  std::optional<std::int64_t> until_micros = {};  // by the machine's own clock
  std::string until_position = {};                // or to this place, where no time is given
};

class LoggedEngine {
 public:
  virtual ~LoggedEngine() = default;
  // In place of Engine::create(), as Engine::restore(). Error "CopyDamaged".
  virtual Result<void> recover(const std::string& folder, const Recovery& recovery) = 0;
  // Brings what is kept of the log of a running engine to now.
  virtual Result<LogKept> keep_log(const std::string& folder, Milliseconds patience) = 0;
  // What was kept when it was last brought on; the engine may be gone.
  virtual Result<LogKept> kept_log(const std::string& folder) = 0;
  // Of what was kept, what the copy does not need.
  virtual Result<void> forget_log(const std::string& folder, const std::string& oldest_copy) = 0;
};

// Error "EngineCannot" for an engine that keeps none.
inline Result<LoggedEngine*> logged(Engine& engine) {
  if (auto* const found = dynamic_cast<LoggedEngine*>(&engine)) return found;
  return Error{"EngineCannot", "the engine " + engine.id() + " cannot have its log kept", 500, Fault::receiver};
}

}  // namespace haar::fleet
