// Functions of a shared library that is loaded when the first of them is called. libcurl and libpq bring thirty others
// along, which every start would pay for.
//
//   inline constinit LazyLibrary libpq{"libpq.so.5"};
//   inline constinit LazyFunction<decltype(::PQexec)> PQexec{libpq, "PQexec"};  // hides the declared one in its namespace
#pragma once

#include <atomic>

namespace haar {

class LazyLibrary {
 public:
  constexpr explicit LazyLibrary(const char* file) : file_(file) {}
  // Throws std::runtime_error, which says what is missing.
  [[nodiscard]] void* find(const char* function) const;

 private:
  const char* file_;
};

template <class F>
class LazyFunction {
 public:
  constexpr LazyFunction(const LazyLibrary& library, const char* name) : library_(library), name_(name) {}

  template <class... Arguments>
  auto operator()(Arguments... arguments) {
    void* at = at_.load(std::memory_order_acquire);
    if (at == nullptr) at_.store(at = library_.find(name_), std::memory_order_release);
    return reinterpret_cast<F*>(at)(arguments...);
  }

 private:
  const LazyLibrary& library_;
  const char* name_;
  std::atomic<void*> at_{nullptr};
};

}  // namespace haar
