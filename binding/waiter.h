// Waiting for rings: one thread with epoll on Linux, the system's thread pool on Windows. Never libuv's pool, whose four
// threads file system calls need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace winbpf {

// Something that becomes readable. Linux: a descriptor that epoll takes. Windows: an event handle.
struct Waitable {
  virtual ~Waitable() = default;
  virtual intptr_t handle() const = 0;
};

class Waiter {
 public:
  // `ready` is called on another thread, once for each time that a wait was armed.
  static std::unique_ptr<Waiter> Create(std::function<void(uint64_t id)> ready);
  // Returns only when `ready` is not being called and never will be again.
  virtual ~Waiter() = default;
  // Events that one look may find: as many may be reported for waits that were disarmed meanwhile.
  static constexpr size_t kAtOnce = 16;
  // Whether there is all that it takes to wait; nothing can be armed where not.
  virtual bool usable() const { return true; }
  // Waits once for `handle`; false where the system refuses.
  virtual bool Arm(uint64_t id, intptr_t handle) = 0;
  // A wait that has been reported: gives back what is left of it.
  virtual void Reported(uint64_t) {}
  // The wait may still be reported when it was on its way.
  virtual void Disarm(uint64_t id, intptr_t handle) = 0;
};

}  // namespace winbpf
