// A std::mutex that Clang's thread-safety analysis and ThreadSanitizer both understand.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define TSA(x) __attribute__((x))
#else
#define TSA(x)
#endif
// Abseil's headers, which gRPC's include, leak a macro of this name and meaning.
#undef GUARDED_BY
#define GUARDED_BY(m) TSA(guarded_by(m))
#define REQUIRES_LOCK(...) TSA(requires_capability(__VA_ARGS__))
// The caller does not hold it: with the negative analysis this is what forbids locking twice.
#define EXCLUDES_LOCK(m) TSA(requires_capability(!m))
// For factories that lock an object which nobody else has yet: the analysis cannot see that.
#define LOCKS_UNSHARED TSA(no_thread_safety_analysis)

namespace schakel {

class TSA(capability("mutex")) Mutex {
 public:
  void lock() TSA(acquire_capability()) { mutex_.lock(); }
  void unlock() TSA(release_capability()) { mutex_.unlock(); }
  const Mutex& operator!() const { return *this; }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

class TSA(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) TSA(acquire_capability(mutex)) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() TSA(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Wait with the mutex held; it is released while waiting and held again on return.
class CondVar {
 public:
  template <typename Predicate>
  void Wait(Mutex& mutex, Predicate predicate) TSA(requires_capability(mutex)) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock, predicate);
    lock.release();
  }
  // As Wait, for at most `limit`; false when the predicate does not hold then.
  template <typename Rep, typename Period, typename Predicate>
  bool WaitFor(Mutex& mutex, std::chrono::duration<Rep, Period> limit, Predicate predicate)
      TSA(requires_capability(mutex)) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    const bool held = condition_.wait_for(lock, limit, predicate);
    lock.release();
    return held;
  }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace schakel
