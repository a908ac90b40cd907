#include "tls/ticket_keys.h"

namespace haar::tls {
namespace {

bool is_named(const TicketKey& key, std::string_view name) {
  return name == std::string_view(reinterpret_cast<const char*>(key.name.data()), key.name.size());
}

}  // namespace

// Called with the lock held.
void TicketKeys::rotate() {
  const Timestamp now = clock_.wall();
  const auto is_young = [&](const std::optional<TicketKey>& key, int periods) {
    return key && now >= key->made && now < key->made.plus_seconds(periods * period_seconds);
  };
  if (!is_young(current_, 1)) {
    previous_ = current_;
    TicketKey fresh;
    random_.fill(fresh.name);
    random_.fill(fresh.cipher);
    random_.fill(fresh.mac);
    fresh.made = now;
    current_ = fresh;
  }
  if (!is_young(previous_, 2)) previous_.reset();
}

TicketKey TicketKeys::current() {
  const std::lock_guard lock(mutex_);
  rotate();
  return *current_;
}

std::optional<TicketKeys::Found> TicketKeys::find(std::string_view name) {
  const std::lock_guard lock(mutex_);
  rotate();
  if (is_named(*current_, name)) return Found{*current_, true};
  if (previous_ && is_named(*previous_, name)) return Found{*previous_, false};
  return std::nullopt;
}

}  // namespace haar::tls
