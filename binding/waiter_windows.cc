#include <windows.h>

#include <mutex>
#include <unordered_map>

#include "waiter.h"

namespace winbpf {
namespace {

class PoolWaiter : public Waiter {
 public:
  explicit PoolWaiter(std::function<void(uint64_t)> ready) : ready_(std::move(ready)) {}

  ~PoolWaiter() override {
    for (auto& [id, wait] : waits_) End(wait);
  }

  bool Arm(uint64_t id, intptr_t handle) override {
    Disarm(id, handle);
    auto wait = std::make_unique<Wait>();
    wait->owner = this;
    wait->id = id;
    if (!RegisterWaitForSingleObject(&wait->registration, reinterpret_cast<HANDLE>(handle), OnReady, wait.get(), INFINITE,
                                     WT_EXECUTEONLYONCE)) {
      return false;
    }
    waits_[id] = std::move(wait);
    return true;
  }

  void Disarm(uint64_t id, intptr_t) override {
    const auto found = waits_.find(id);
    if (found == waits_.end()) return;
    End(found->second);
    waits_.erase(found);
  }

 private:
  struct Wait {
    PoolWaiter* owner;
    uint64_t id;
    HANDLE registration = nullptr;
  };

  static void CALLBACK OnReady(void* context, BOOLEAN) {
    const auto* wait = static_cast<Wait*>(context);
    wait->owner->ready_(wait->id);
  }

  static void End(const std::unique_ptr<Wait>& wait) {
    // Returns when the callback has returned, so that nothing of ours is used afterwards.
    UnregisterWaitEx(wait->registration, INVALID_HANDLE_VALUE);
  }

  const std::function<void(uint64_t)> ready_;
  // Used on JavaScript's thread only.
  std::unordered_map<uint64_t, std::unique_ptr<Wait>> waits_;
};

}  // namespace

std::unique_ptr<Waiter> Waiter::Create(std::function<void(uint64_t)> ready) {
  return std::make_unique<PoolWaiter>(std::move(ready));
}

}  // namespace winbpf
