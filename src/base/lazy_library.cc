#include "base/lazy_library.h"

#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace haar {

void* LazyLibrary::find(const char* function) const {
  void* const library = ::dlopen(file_, RTLD_NOW | RTLD_LOCAL);  // never closed: what was found stays
  void* const found = library != nullptr ? ::dlsym(library, function) : nullptr;
  if (found != nullptr) return found;
  const char* const why = ::dlerror();
  throw std::runtime_error(std::string(file_) + " is needed and cannot be used: " + (why != nullptr ? why : function));
}

}  // namespace haar
