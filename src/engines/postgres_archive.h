// The log of a PostgreSQL volume, kept in a folder of haar's own beside the copies of the volume: what both together can be
// brought to is every state between. haar reads the files of the log where the server writes them and asks how far they
// count; the server runs no program and loads no library for it, and a slot keeps the log until haar has it.
//
//   <folder>/position                    how far it is kept
//   <folder>/000000010000000000000003    a segment, and behind it the sum of its contents; the last one grows
//   <folder>/00000002.history
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "engines/folder_copy.h"
#include "engines/instance.h"

namespace haar::engines::postgres {

struct LogKept {
  std::int64_t until_micros = 0;   // every change up to then is kept, by the machine's own clock
  std::int64_t marked_micros = 0;  // the last change that is kept is no older than this
  std::string marked_position;     // and lies behind this place
  bool began_anew = false;         // what was kept before does not lead on to what is kept now
  std::uint64_t bytes = 0;         // that the folder takes
};

// Brings the folder to what the running server has on disk. Cheap when nothing was changed since. Errors "EngineNotReady",
// "DiskFull".
Result<LogKept> keep_log(Supervisor& supervisor, const InstanceSpec& spec, const std::string& folder, Milliseconds patience);
// What the folder holds, as of when it was last brought on; the error if it holds nothing.
Result<LogKept> kept_in(const std::string& folder);
// What no copy needs that begins here or later.
Result<void> forget_log(const std::string& folder, std::uint64_t begins);
// Puts the log from `begins` on where a server finds it. Error "CopyDamaged" names a segment that is missing or has changed.
Result<void> put_log(const std::string& folder, std::uint64_t begins, const std::string& to, const EngineUser& owner,
                     const CopyBounds& bounds);

}  // namespace haar::engines::postgres
