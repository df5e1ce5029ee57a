#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <thread>

#include "waiter.h"

namespace winbpf {
namespace {

constexpr uint64_t kStop = 0;

class EpollWaiter : public Waiter {
 public:
  explicit EpollWaiter(std::function<void(uint64_t)> ready) : ready_(std::move(ready)) {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    stop_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.u64 = kStop;
    if (epoll_ < 0 || stop_ < 0 || epoll_ctl(epoll_, EPOLL_CTL_ADD, stop_, &event) != 0) return;
    try {
      thread_ = std::thread([this] { Wait(); });
    } catch (const std::system_error&) {
      // Without one nothing can be armed.
    }
  }

  ~EpollWaiter() override {
    if (thread_.joinable()) {
      const uint64_t one = 1;
      // An eventfd that is full has been written to already.
      [[maybe_unused]] const ssize_t written = write(stop_, &one, sizeof(one));
      thread_.join();
    }
    if (stop_ >= 0) close(stop_);
    if (epoll_ >= 0) close(epoll_);
  }

  bool usable() const override { return thread_.joinable(); }

  bool Arm(uint64_t id, intptr_t handle) override {
    if (!usable()) return false;
    epoll_event event = {};
    event.events = EPOLLIN | EPOLLONESHOT;
    event.data.u64 = id;
    const int fd = static_cast<int>(handle);
    if (epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) == 0) return true;
    return errno == ENOENT && epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0;
  }

  void Disarm(uint64_t, intptr_t handle) override {
    epoll_event event = {};
    epoll_ctl(epoll_, EPOLL_CTL_DEL, static_cast<int>(handle), &event);
  }

 private:
  void Wait() {
    epoll_event events[kAtOnce];
    for (;;) {
      const int count = epoll_wait(epoll_, events, kAtOnce, -1);
      if (count < 0 && errno != EINTR) return;
      for (int i = 0; i < count; i++) {
        if (events[i].data.u64 == kStop) return;
        ready_(events[i].data.u64);
      }
    }
  }

  const std::function<void(uint64_t)> ready_;
  int epoll_ = -1;
  int stop_ = -1;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Waiter> Waiter::Create(std::function<void(uint64_t)> ready) {
  return std::make_unique<EpollWaiter>(std::move(ready));
}

}  // namespace winbpf
