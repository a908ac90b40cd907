// Counts this thread's allocations, so that a test can say that something makes none.
#pragma once

namespace haar::policy {
long allocations();
}  // namespace haar::policy
