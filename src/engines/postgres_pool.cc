#include "engines/postgres_pool.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <vector>

#include "base/file.h"
#include "base/ids.h"
#include "engines/copy_tree.h"
#include "engines/engine_user.h"

namespace haar::engines::postgres {
namespace {

// A folder is made under the first name and renamed to the second when it is whole and on disk.
constexpr std::string_view making = "making-", ready_prefix = "ready-";

std::vector<std::string> entries(const std::string& folder, std::string_view prefix) {
  std::vector<std::string> out;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().filename().string().starts_with(prefix)) out.push_back(entry.path().string());
  }
  return out;
}

}  // namespace

std::string VolumePool::place_of(const Template& prepared) const {
  return folder_ + "/" + std::filesystem::path(prepared.folder).filename().string();
}

std::size_t VolumePool::ready(const Template& prepared) const { return entries(place_of(prepared), ready_prefix).size(); }

Result<void> VolumePool::fill(const Template& prepared, std::size_t wanted) {
  const std::lock_guard one_at_a_time(filling_);
  const std::string place = place_of(prepared);
  TRY(make_folders(place, 0711));
  for (const std::string& left : entries(place, making)) TRY(supervisor_.discard(left));
  // haar's own until an instance takes it: postgres::start gives it away.
  const EngineUser user = current_user();
  while (ready(prepared) < wanted) {
    const std::string name = random_text(system_random(), alphabet_lower_alnum, 12);
    const std::string draft = fmt::format("{}/{}{}", place, making, name);
    TRY(make_engine_folder(draft, user));
    TRY(copy_tree(prepared.folder, draft, user));
    TRY(sync_file_system(draft));
    const std::string done = fmt::format("{}/{}{}", place, ready_prefix, name);
    if (std::rename(draft.c_str(), done.c_str()) != 0) return system_error("cannot rename to", done);
    TRY(fsync_folder(place));
  }
  return {};
}

Result<void> VolumePool::create(const Template& prepared, const InstanceSpec& spec) {
  TRY(prepare_data(supervisor_, spec));
  {
    const std::lock_guard one_at_a_time(taking_);
    const std::vector<std::string> pool = entries(place_of(prepared), ready_prefix);
    // A rename onto the empty folder that prepare_data made.
    if (!pool.empty() && std::rename(pool.front().c_str(), spec.data().c_str()) == 0) return fsync_folder(spec.folder);
  }
  TRY(create_data(supervisor_, prepared, spec));
  return settle(spec);
}

}  // namespace haar::engines::postgres
