// What one JavaScript environment (the main thread, a worker, a context) owns: the thread for blocking calls, the thread
// that waits for rings, and the way back to JavaScript. All of it ends, joined, before the environment does.
#pragma once

#include <napi.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "handle.h"
#include "lane.h"
#include "waiter.h"

namespace winbpf {

// A call that blocks. `Perform` is called on the environment's own thread, `Done` afterwards on JavaScript's, unless the
// environment has ended by then.
class Job {
 public:
  explicit Job(Napi::Env env);
  virtual ~Job() { counters().jobs--; }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  // Of the call that has made the job. Empty where there is none to be had: the worker is being terminated.
  Napi::Value promise() const { return promise_; }
  // Nothing is thrown off a thread: what goes wrong there, memory that is not to be had, is the job's result.
  void Perform() noexcept;
  void Done(Napi::Env env);
  // In place of `Perform`, where there is no thread for that.
  void Refuse() { refused_ = true; }

 protected:
  virtual void Run() = 0;
  virtual Napi::Value Result(Napi::Env env) = 0;

 private:
  // Not Napi::Promise::Deferred, which says not whether it was made and leaves what it then has as it was in memory.
  napi_deferred deferred_ = nullptr;
  Napi::Value promise_;
  bool broken_ = false;
  bool refused_ = false;
};

class Instance {
 public:
  explicit Instance(Napi::Env env);
  ~Instance();
  static Instance& Of(Napi::Env env);

  // Queues a job for the thread of blocking calls; the promise never rejects.
  Napi::Value Start(std::unique_ptr<Job> job);

  // Leaves the threads that have called the library before behind, JavaScript's own included: from now on fresh ones call
  // it, which open the driver anew. False, and nothing has changed, where the system gives no threads.
  bool Renew(const Library& library);
  bool renewed() const { return lane_ != nullptr; }
  // False where the way back to JavaScript could not be made: promises would never be resolved.
  bool usable() const { return back_ != nullptr; }

  // Calls `listener` once, soon after what `owner` wraps is readable; `owner` is kept until then, or until `Unlisten`. 0
  // where the system has no thread or no descriptor for it.
  uint64_t Listen(const Napi::Value& owner, intptr_t handle, Napi::Function listener);
  void Unlisten(uint64_t id);

 private:
  struct Listener {
    Napi::FunctionReference function;
    Napi::Reference<Napi::Value> owner;
    intptr_t handle;
  };

  void Work(uint64_t age);
  // False where the system gives no thread.
  bool StartThread();
  void Signal();
  void Deliver(Napi::Env env);
  void End();
  void Hold(Napi::Env env, int change);
  static void OnSignal(napi_env env, napi_value function, void* context, void* data);

  const Napi::Env env_;
  napi_threadsafe_function back_ = nullptr;
  std::atomic<bool> signalled_{false};
  // Jobs and listeners that the event loop waits for.
  int pending_ = 0;
  bool ended_ = false;

  std::mutex mutex_;
  std::condition_variable wake_;
  // Lists, so that a job goes from one to the other without memory that a thread might not get.
  std::list<std::unique_ptr<Job>> waiting_;
  std::list<std::unique_ptr<Job>> finished_;
  std::vector<uint64_t> readable_;
  bool stop_ = false;
  // How often there was a fresh thread: one that is older ends with the call that it is in.
  uint64_t age_ = 0;
  std::thread thread_;
  // Those that were left behind, by their age, and which of them have nothing more to do.
  std::unordered_map<uint64_t, std::thread> retired_;
  std::vector<uint64_t> gone_;
  std::unique_ptr<Lane> lane_;

  std::unique_ptr<Waiter> waiter_;
  std::unordered_map<uint64_t, Listener> listeners_;
  uint64_t next_listener_ = 1;
};

}  // namespace winbpf
