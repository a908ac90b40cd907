#include "engines/folder_copy.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/file.h"
#include "engines/copy_tree.h"
#include "engines/disk_usage.h"
#include "engines/engine_user.h"
#include "engines/folder.h"
#include "store/sums.h"

namespace haar::engines {
namespace {

constexpr std::size_t piece = std::size_t{1} << 20;  // bytes that are moved, and summed up, at once
constexpr int open_plain = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
constexpr int open_folder = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_DIRECTORY;

Error trouble(std::string_view doing, std::string_view path) {
  Error error = system_error(doing, path);
  if (errno == ENOSPC || errno == EDQUOT) error.code = "DiskFull";
  return error;
}

Error beyond(std::string_view what) {
  return {"CopyTooLarge", fmt::format("the volume has {} than a copy may have", what), 500, Fault::receiver};
}

bool is_cancelled(const CopyBounds& bounds) { return bounds.cancelled && bounds.cancelled(); }

// Up to `bytes` from where `from` stands; how many there were. Shares blocks where it can, else by way of `buffer`.
Result<std::size_t> move_piece(int from, int to, std::size_t bytes, bool& by_range, std::string& buffer, std::string_view name) {
  for (;;) {
    ssize_t got = by_range ? ::copy_file_range(from, nullptr, to, nullptr, bytes, 0) : ::read(from, buffer.data(), bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && by_range && (errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP || errno == ENOSYS)) {
      by_range = false;
      continue;
    }
    if (got < 0) return trouble("cannot copy", name);
    if (!by_range && got > 0 && ::write(to, buffer.data(), static_cast<std::size_t>(got)) != got)
      return trouble("cannot write", name);
    return static_cast<std::size_t>(got);
  }
}

// The sum of what lies in the file, piece by piece.
Result<std::uint64_t> sum_up(int file, std::uint64_t bytes, std::string& buffer, std::string_view name) {
  std::uint64_t sum = 0, at = 0;
  while (at < bytes) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece, bytes - at));
    std::size_t have = 0;
    while (have < wanted) {
      const ssize_t got = ::pread(file, buffer.data() + have, wanted - have, static_cast<off_t>(at + have));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return trouble("cannot read", name);
      have += static_cast<std::size_t>(got);
    }
    sum = store::xxh64({buffer.data(), wanted}, sum);
    at += wanted;
  }
  return sum;
}

struct Copied {
  std::uint64_t bytes = 0, sum = 0;
};

// `to` is new and open for reading, too: what is summed up is what was written.
Result<Copied> copy_contents(int from, int to, std::uint64_t size, const CopyBounds& bounds, std::string_view name) {
  std::string buffer(static_cast<std::size_t>(std::min<std::uint64_t>(piece, std::max<std::uint64_t>(size, 1))), '\0');
  bool by_range = true;
  Copied out;
  while (out.bytes < size) {
    if (is_cancelled(bounds)) return stopping_error();
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size - out.bytes));
    const std::size_t got = TRY(move_piece(from, to, wanted, by_range, buffer, name));
    if (got == 0) break;  // cut short meanwhile
    out.bytes += got;
  }
  out.sum = TRY(sum_up(to, out.bytes, buffer, name));
  return out;
}

struct Walk {
  const LeaveOut& leave_out;
  const CopyBounds& bounds;
  CopyManifest& manifest;
  std::size_t entries = 0;
  std::uint64_t bytes = 0;
};

Result<void> take_file(int from_folder, int to_folder, const std::string& name, const std::string& path, Walk& walk) {
  const Fd from(::openat(from_folder, name.c_str(), open_plain));
  struct stat status{};
  if (!from.valid() && (errno == ENOENT || errno == ELOOP)) return {};
  if (!from.valid() || ::fstat(from.get(), &status) != 0) return trouble("cannot open", path);
  if (!S_ISREG(status.st_mode)) return {};
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if ((walk.bytes += size) > walk.bounds.bytes_max) return beyond("more bytes");
  const Fd to(::openat(to_folder, name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!to.valid()) return trouble("cannot create", path);
  const Copied copied = TRY(copy_contents(from.get(), to.get(), size, walk.bounds, path));
  walk.manifest.files.push_back({path, copied.bytes, copied.sum});
  return {};
}

Result<void> take_folder(Fd from, Fd to, const std::string& path, int depth, Walk& walk) {
  if (depth > walk.bounds.depth_max) return beyond("deeper folders");
  const int from_fd = from.get();
  const Folder entries(::fdopendir(from.release()));
  if (!entries) return trouble("cannot read folder", path);
  while (const dirent* entry = ::readdir(entries.get())) {
    const std::string name = entry->d_name;
    const std::string below = path.empty() ? name : path + "/" + name;
    if (name == "." || name == "..") continue;
    if (++walk.entries > walk.bounds.entries_max) return beyond("more files");
    if (is_cancelled(walk.bounds)) return stopping_error();
    struct stat status{};
    if (::fstatat(from_fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 || !is_copyable_path(below)) continue;
    const bool left_out = walk.leave_out(below);
    if (S_ISREG(status.st_mode) && !left_out) TRY(take_file(from_fd, to.get(), name, below, walk));
    if (!S_ISDIR(status.st_mode)) continue;
    if (::mkdirat(to.get(), name.c_str(), 0700) != 0) return trouble("cannot create folder", below);
    walk.manifest.folders.push_back(below);
    if (left_out) continue;
    Fd inner_from(::openat(from_fd, name.c_str(), open_folder)), inner_to(::openat(to.get(), name.c_str(), open_folder));
    if (!inner_from.valid() && (errno == ENOENT || errno == ELOOP || errno == ENOTDIR)) continue;
    if (!inner_from.valid() || !inner_to.valid()) return trouble("cannot open folder", below);
    TRY(take_folder(std::move(inner_from), std::move(inner_to), below, depth + 1, walk));
  }
  return {};
}

Result<void> give(int fd, const EngineUser& owner, std::string_view path) {
  if (::geteuid() == 0 && ::fchown(fd, owner.uid, owner.gid) != 0) return trouble("cannot give away", path);
  return {};
}

Result<void> put_back(int from_folder, int to_folder, const CopiedFile& file, const std::string& folder, const EngineUser& owner,
                      const CopyBounds& bounds) {
  const Fd from(::openat(from_folder, file.path.c_str(), open_plain));
  struct stat status{};
  if (!from.valid() || ::fstat(from.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return copy_damaged(folder, fmt::format("{} is missing", file.path));
  if (static_cast<std::uint64_t>(status.st_size) != file.bytes)
    return copy_damaged(folder, fmt::format("{} has {} bytes and not {}", file.path, status.st_size, file.bytes));
  const Fd to(::openat(to_folder, file.path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!to.valid()) return trouble("cannot create", file.path);
  TRY(give(to.get(), owner, file.path));
  const Copied copied = TRY(copy_contents(from.get(), to.get(), file.bytes, bounds, file.path));
  if (copied.bytes != file.bytes || copied.sum != file.sum)
    return copy_damaged(folder, fmt::format("{} has other contents than when it was made", file.path));
  return {};
}

}  // namespace

Result<void> check_room(const std::string& folder, std::uint64_t bytes, const CopyBounds& bounds) {
  const DiskSpace space = TRY(disk_space(folder));
  if (space.free_bytes >= bytes && space.free_bytes - bytes >= bounds.left_free) return {};
  return Error{"DiskFull", fmt::format("a copy of {} MB does not find room in {}: {} MB are free", bytes >> 20, folder,
                                       space.free_bytes >> 20), 500, Fault::receiver};
}

Result<void> copy_out(const std::string& from, const std::string& to, const LeaveOut& leave_out, const CopyBounds& bounds,
                      CopyManifest& manifest) {
  Fd source(::open(from.c_str(), open_folder)), target(::open(to.c_str(), open_folder));
  if (!source.valid()) return trouble("cannot open folder", from);
  if (!target.valid()) return trouble("cannot open folder", to);
  Walk walk{leave_out, bounds, manifest};
  return take_folder(std::move(source), std::move(target), "", 0, walk);
}

Result<void> copy_out_file(const std::string& folder, const std::string& name, const std::string& to, const std::string& path,
                           CopyManifest& manifest) {
  const Fd source(::open(folder.c_str(), open_folder)), target(::open(to.c_str(), open_folder));
  if (!source.valid() || !target.valid()) return trouble("cannot open folder", source.valid() ? to : folder);
  const CopyBounds bounds;
  const LeaveOut nothing = [](std::string_view) { return false; };
  Walk walk{nothing, bounds, manifest};
  const std::size_t before = manifest.files.size();
  TRY(take_file(source.get(), target.get(), name, path, walk));
  if (manifest.files.size() != before) return {};
  return Error{"EngineFileMissing", fmt::format("{}/{} is not there", folder, name), 500, Fault::receiver};
}

Result<void> add_file(const std::string& to, const std::string& path, std::string_view contents, CopyManifest& manifest) {
  const std::string whole = to + "/" + path;
  const Fd fd(::open(whole.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid() || ::write(fd.get(), contents.data(), contents.size()) != static_cast<ssize_t>(contents.size()))
    return trouble("cannot write", whole);
  // As sum_up sums: these files are shorter than a piece.
  manifest.files.push_back({path, contents.size(), contents.empty() ? 0 : store::xxh64(contents, 0)});
  return {};
}

Result<void> copy_back(const std::string& from, const std::string& to, const CopyManifest& manifest, const EngineUser& owner,
                       const CopyBounds& bounds) {
  const Fd source(::open(from.c_str(), open_folder)), target(::open(to.c_str(), open_folder));
  if (!source.valid()) return copy_damaged(from, "its folder is missing");
  if (!target.valid()) return trouble("cannot open folder", to);
  std::uint64_t bytes = 0;
  for (const CopiedFile& file : manifest.files) bytes += file.bytes;
  TRY(check_room(to, bytes, bounds));
  for (const std::string& folder : manifest.folders) {
    if (::mkdirat(target.get(), folder.c_str(), 0700) != 0) return trouble("cannot create folder", folder);
    const Fd made(::openat(target.get(), folder.c_str(), open_folder));
    if (!made.valid()) return trouble("cannot open folder", folder);
    TRY(give(made.get(), owner, folder));
  }
  for (const CopiedFile& file : manifest.files) TRY(put_back(source.get(), target.get(), file, from, owner, bounds));
  return {};
}

Result<void> make_copy(Supervisor& supervisor, const std::string& folder,
                       const std::function<Result<void>(const std::string& draft)>& make) {
  const std::string draft = folder + ".making", parent = folder.substr(0, folder.rfind('/'));
  TRY(make_folders(parent, 0700));
  TRY(supervisor.discard(draft));
  if (::mkdir(draft.c_str(), 0700) != 0) return trouble("cannot create folder", draft);
  Result<void> made = make(draft);
  if (made.ok()) made = sync_file_system(draft);
  if (!made.ok()) {
    TRY(supervisor.discard(draft));
    return made;
  }
  TRY(supervisor.discard(folder));
  if (::rename(draft.c_str(), folder.c_str()) != 0) return trouble("cannot rename to", folder);
  return fsync_folder(parent);
}

Result<void> duplicate_copy(Supervisor& supervisor, const std::string& from, const std::string& to, const CopyBounds& bounds) {
  const CopyManifest manifest = TRY(read_manifest(from));
  return make_copy(supervisor, to, [&](const std::string& draft) -> Result<void> {
    const std::string data = draft + "/data";
    if (::mkdir(data.c_str(), 0700) != 0) return trouble("cannot create folder", data);
    TRY(copy_back(from + "/data", data, manifest, current_user(), bounds));
    return write_manifest(draft, manifest);
  });
}

}  // namespace haar::engines
