// CHECK for bugs, never for input: a CHECK that a peer can reach is a denial of service.
#pragma once

namespace schakel {
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);
}  // namespace schakel

// Ends the process when a promise of this program itself is broken. Always on.
#define CHECK(condition)                             \
  (__builtin_expect(static_cast<bool>(condition), 1) \
       ? static_cast<void>(0)                        \
       : ::schakel::CheckFailed(__FILE__, __LINE__, #condition))

// As CHECK, in debug builds only.
#ifdef NDEBUG
#define ASSUME(condition) static_cast<void>(0)
#else
#define ASSUME(condition) CHECK(condition)
#endif
