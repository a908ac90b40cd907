// Copies of an engine's folder, kept in folders of haar's own. The engine runs meanwhile and may be hostile: no link is
// followed, nothing but plain files is read, and files without number or end cost a bounded time and place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engines/copy_manifest.h"
#include "engines/supervisor.h"

namespace haar::engines {

struct CopyBounds {
  std::size_t entries_max = 1'000'000;               // files and folders
  int depth_max = 16;                                // PostgreSQL's own are five deep
  std::uint64_t bytes_max = std::uint64_t{4} << 40;  // 4 TiB
  std::uint64_t left_free = std::uint64_t{256} << 20;  // what a copy leaves of the disk: 256 MiB
  std::function<bool()> cancelled = {};              // true: haar is ending
};

// What is not copied: called with a path below the folder. Of a folder: it is made, and stays empty.
using LeaveOut = std::function<bool(std::string_view path)>;

// Copies what lies in `from` into the folder `to`, which is there and empty, and adds it to the manifest. What disappears
// meanwhile is left out, what grows is copied as far as it was seen. Shares blocks where the file system can. Not synced.
// Errors "DiskFull", "Stopping", and what the system says.
Result<void> copy_out(const std::string& from, const std::string& to, const LeaveOut& leave_out, const CopyBounds& bounds,
                      CopyManifest& manifest);
// One plain file of `folder` into the folder `to`, under the path `path` of the manifest.
Result<void> copy_out_file(const std::string& folder, const std::string& name, const std::string& to, const std::string& path,
                           CopyManifest& manifest);
// Writes a file of haar's own into a copy.
Result<void> add_file(const std::string& to, const std::string& path, std::string_view contents, CopyManifest& manifest);

// Makes in `to`, which is there and empty, what the manifest says of `from`; all is given to `owner` where haar is root.
// Error "CopyDamaged" names the first file that is missing or has other contents.
Result<void> copy_back(const std::string& from, const std::string& to, const CopyManifest& manifest, const EngineUser& owner,
                       const CopyBounds& bounds);

// Makes `folder` out of what `make` puts into an empty folder beside it: there and on disk when this returns, or not there.
// What an interrupted attempt left is gone.
Result<void> make_copy(Supervisor& supervisor, const std::string& folder,
                       const std::function<Result<void>(const std::string& draft)>& make);
// A copy of a copy, each file held against its sum.
Result<void> duplicate_copy(Supervisor& supervisor, const std::string& from, const std::string& to, const CopyBounds& bounds);

// Whether so many bytes find room; error "DiskFull" that says how much is missing.
Result<void> check_room(const std::string& folder, std::uint64_t bytes, const CopyBounds& bounds);

}  // namespace haar::engines
