// What a seccomp filter must know of the machine that it is for.
#pragma once

#include <linux/audit.h>

#include <cstdint>

namespace haar {

#if defined(__x86_64__)
inline constexpr std::uint32_t seccomp_architecture = AUDIT_ARCH_X86_64;
// The x32 calls have numbers of their own, by which every rule could be passed.
inline constexpr std::uint32_t seccomp_other_numbering = 0x40000000;
#elif defined(__aarch64__)
inline constexpr std::uint32_t seccomp_architecture = AUDIT_ARCH_AARCH64;
inline constexpr std::uint32_t seccomp_other_numbering = 0x80000000;
#else
#error "the system calls of this architecture are not in the tables"
#endif

}  // namespace haar
