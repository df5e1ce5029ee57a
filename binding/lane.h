// A thread that makes the library's calls in place of another. ebpfapi keeps one device handle per thread and opens it
// once (libs/api_common/device_helper.cpp): after the driver was restarted, a thread that has called it before can never
// reach it again. Its calls then go through a lane: a fresh thread, on which they are made while the first one waits.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "symbols.h"

namespace winbpf {

class Lane {
 public:
  // From now on, and for as long as it lives, what the calling thread calls of `direct` goes through it.
  explicit Lane(const Symbols& direct);
  // On the thread that made it.
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // Calls `work` on the lane's thread and returns when it has ended. It must not throw.
  void Run(const std::function<void()>& work);
  const Symbols& direct() const { return direct_; }

  // Calls `work` where the calling thread's calls of `direct` are made.
  static void On(const Symbols& direct, const std::function<void()>& work);
  // The functions that the calling thread has to call for those of `direct`: these themselves, or its lane's.
  static const Symbols& Of(const Symbols& direct) {
    return lanes_.load(std::memory_order_relaxed) == 0 ? direct : OfThread(direct);
  }

 private:
  // How many threads have a lane: spares all others the look at what is theirs.
  inline static std::atomic<int> lanes_{0};

  static const Symbols& OfThread(const Symbols& direct);
  void Work();

  const Symbols& direct_;
  const Symbols table_;
  std::mutex mutex_;
  std::condition_variable wake_;
  const std::function<void()>* work_ = nullptr;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace winbpf
