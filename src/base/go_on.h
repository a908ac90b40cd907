// One turn of a background thread. What a turn throws is a bug or a broken machine: it is logged, and the thread goes on
// with its next turn, since without it the process would end, or serve on with one of its duties undone.
#pragma once

#include <functional>
#include <string_view>


namespace haar {

// So long is waited after a turn that threw: what comes back at once is not to fill the log.
inline constexpr int pause_after_throw_ms = 100;

// False if the turn threw.
bool go_on(std::string_view thread, const std::function<void()>& turn);

}  // namespace haar
