#include <windows.h>

#include <mutex>
#include <unordered_map>

#include "handle.h"
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
    // Its place first: nothing fails once the system knows of it.
    std::unique_ptr<Wait>& place = waits_[id];
    const auto event = reinterpret_cast<HANDLE>(handle);
    if (!RegisterWaitForSingleObject(&wait->registration, event, OnReady, wait.get(), INFINITE, WT_EXECUTEONLYONCE)) {
      waits_.erase(id);
      return false;
    }
    counters().waits++;
    place = std::move(wait);
    return true;
  }

  // A wait that has fired stays registered until it is taken back.
  void Reported(uint64_t id) override { Disarm(id, 0); }

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
    counters().waits--;
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
