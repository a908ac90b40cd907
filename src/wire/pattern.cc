#include "wire/pattern.h"

#include <re2/re2.h>

#include <cstdlib>
#include <memory>

#include "base/log.h"

namespace haar::wire {
namespace {

re2::RE2::Options options() {
  re2::RE2::Options o(re2::RE2::Quiet);
  o.set_max_mem(16 << 20);
  return o;
}

}  // namespace

bool compiles(std::string_view pattern) {
  return re2::RE2(re2::StringPiece(pattern.data(), pattern.size()), options()).ok();
}

bool matches(const Pattern& pattern, std::string_view text) {
  const void* compiled = pattern.compiled.load(std::memory_order_acquire);
  if (compiled == nullptr) {
    auto fresh =
        std::make_unique<re2::RE2>(re2::StringPiece(pattern.text.data(), pattern.text.size()), options());
    if (!fresh->ok()) {
      log_error("a pattern of an API model does not compile", {{"pattern", pattern.text}});
      std::abort();
    }
    // Two threads may both compile it; the first to store wins.
    if (pattern.compiled.compare_exchange_strong(compiled, fresh.get(), std::memory_order_acq_rel))
      compiled = fresh.release();
  }
  return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()),
                             *static_cast<const re2::RE2*>(compiled));
}

}  // namespace haar::wire
