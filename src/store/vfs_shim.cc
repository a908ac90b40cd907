#include "store/vfs_shim.h"

#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstring>

#include "base/log.h"

namespace haar::store {
namespace {

using File = VfsShim::File;

File& shim(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
sqlite3_file* real(sqlite3_file* file) { return shim(file).real; }
VfsShim& shim(sqlite3_vfs* vfs) { return *static_cast<VfsShim*>(vfs->pAppData); }
sqlite3_vfs* parent(sqlite3_vfs* vfs) { return shim(vfs).parent(); }

int file_close(sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); }
int file_read(sqlite3_file* f, void* to, int n, sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), to, n, at); }
int file_write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
  return shim(f).owner->write(shim(f), from, n, at);
}
int file_truncate(sqlite3_file* f, sqlite3_int64 n) { return shim(f).owner->truncate(shim(f), n); }
int file_sync(sqlite3_file* f, int flags) { return shim(f).owner->sync(shim(f), flags); }
int file_size(sqlite3_file* f, sqlite3_int64* n) { return real(f)->pMethods->xFileSize(real(f), n); }
int file_lock(sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); }
int file_unlock(sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); }
int file_check_lock(sqlite3_file* f, int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); }
int file_control(sqlite3_file* f, int op, void* arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); }
int file_sector(sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); }
int file_traits(sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
int file_shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
  return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
}
int file_shm_lock(sqlite3_file* f, int at, int n, int flags) {
  return real(f)->pMethods->xShmLock(real(f), at, n, flags);
}
void file_shm_barrier(sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); }
int file_shm_unmap(sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); }

// Version 2: with shared memory for the WAL index, without memory-mapped reads.
const sqlite3_io_methods file_methods = {
    2,           file_close,   file_read,  file_write,    file_truncate,   file_sync,      file_size,
    file_lock,   file_unlock,  file_check_lock, file_control, file_sector, file_traits,    file_shm_map,
    file_shm_lock, file_shm_barrier, file_shm_unmap, nullptr, nullptr};

int vfs_open(sqlite3_vfs* vfs, const char* path, sqlite3_file* f, int flags, int* out_flags) {
  File& file = shim(f);
  file.owner = &shim(vfs);
  file.path = path;
  file.real = reinterpret_cast<sqlite3_file*>(&file + 1);
  const int rc = parent(vfs)->xOpen(parent(vfs), path, file.real, flags, out_flags);
  // SQLite calls xClose of a file that has methods even if opening it failed.
  file.base.pMethods = file.real->pMethods == nullptr ? nullptr : &file_methods;
  return rc == SQLITE_OK ? file.owner->opened(file) : rc;
}
int vfs_delete(sqlite3_vfs* vfs, const char* path, int sync_folder) { return shim(vfs).remove(path, sync_folder); }
int vfs_access(sqlite3_vfs* vfs, const char* path, int flags, int* out) {
  return parent(vfs)->xAccess(parent(vfs), path, flags, out);
}
int vfs_full_path(sqlite3_vfs* vfs, const char* path, int n, char* out) {
  return parent(vfs)->xFullPathname(parent(vfs), path, n, out);
}
int vfs_randomness(sqlite3_vfs* vfs, int n, char* out) { return parent(vfs)->xRandomness(parent(vfs), n, out); }
int vfs_sleep(sqlite3_vfs* vfs, int micros) { return parent(vfs)->xSleep(parent(vfs), micros); }
int vfs_time(sqlite3_vfs* vfs, double* out) { return parent(vfs)->xCurrentTime(parent(vfs), out); }
int vfs_last_error(sqlite3_vfs* vfs, int n, char* out) { return parent(vfs)->xGetLastError(parent(vfs), n, out); }
int vfs_time64(sqlite3_vfs* vfs, sqlite3_int64* out) { return parent(vfs)->xCurrentTimeInt64(parent(vfs), out); }

}  // namespace

VfsShim::VfsShim(std::string vfs_name, const std::string& parent_name)
    : name_(std::move(vfs_name)), parent_(sqlite3_vfs_find(parent_name.empty() ? nullptr : parent_name.c_str())) {
  assert(parent_ != nullptr && "no VFS of that name is registered");
  vfs_.iVersion = 2;
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + parent_->szOsFile;
  vfs_.mxPathname = parent_->mxPathname;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = vfs_open;
  vfs_.xDelete = vfs_delete;
  vfs_.xAccess = vfs_access;
  vfs_.xFullPathname = vfs_full_path;
  vfs_.xRandomness = vfs_randomness;
  vfs_.xSleep = vfs_sleep;
  vfs_.xCurrentTime = vfs_time;
  vfs_.xGetLastError = vfs_last_error;
  vfs_.xCurrentTimeInt64 = vfs_time64;
  sqlite3_vfs_register(&vfs_, 0);
}

VfsShim::~VfsShim() { sqlite3_vfs_unregister(&vfs_); }

int VfsShim::opened(File&) { return SQLITE_OK; }
int VfsShim::write(File& file, const void* data, int size, sqlite3_int64 offset) {
  return file.real->pMethods->xWrite(file.real, data, size, offset);
}
int VfsShim::truncate(File& file, sqlite3_int64 size) { return file.real->pMethods->xTruncate(file.real, size); }
int VfsShim::sync(File& file, int flags) { return file.real->pMethods->xSync(file.real, flags); }
int VfsShim::remove(const char* path, int sync_folder) { return parent_->xDelete(parent_, path, sync_folder); }

int SyncVfs::sync(File& file, int flags) {
  const int rc = VfsShim::sync(file, flags);
  if (rc != SQLITE_OK) {
    log_error("fsync failed: what is on the disk is unknown, so haar ends here; start it again to read what is there",
              {{"file", file.path == nullptr ? "" : file.path},
               {"reason", sqlite3_errstr(rc)},
               {"sqlite_code", std::to_string(rc)}});
    ::_exit(exit_fsync_failed);
  }
  syncs_.fetch_add(1);
  return rc;
}

}  // namespace haar::store
