#include "instance.h"

#include <system_error>

namespace winbpf {

Counters& counters() {
  static Counters counters;
  return counters;
}

Job::Job(Napi::Env env) {
  counters().jobs++;
  napi_value promise;
  if (napi_create_promise(env, &deferred_, &promise) == napi_ok) promise_ = Napi::Value(env, promise);
}

void Job::Perform() noexcept {
  try {
    Run();
  } catch (...) {
    broken_ = true;
  }
}

void Job::Done(Napi::Env env) {
  Napi::Value result;
  try {
    if (refused_) result = ToJs(env, Failure::Errno("thread", -12));
    else if (!broken_) result = Result(env);
  } catch (...) {
    broken_ = true;
  }
  // Fails while a worker is being terminated, where nobody waits any more.
  napi_resolve_deferred(env, deferred_, broken_ ? ToJs(env, Failure::Errno("memory", -12)) : result);
}

Instance::Instance(Napi::Env env) : env_(env) {
  napi_value name;
  napi_create_string_utf8(env, "winbpf", NAPI_AUTO_LENGTH, &name);
  if (napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this, OnSignal, &back_) !=
      napi_ok) {
    back_ = nullptr;
    return;
  }
  napi_unref_threadsafe_function(env, back_);
  // Hooks run in reverse order: this one, added after the function's own, joins the threads while they may still call.
  napi_add_env_cleanup_hook(env, [](void* self) { static_cast<Instance*>(self)->End(); }, this);
}

Instance::~Instance() = default;

Instance& Instance::Of(Napi::Env env) { return *env.GetInstanceData<Instance>(); }

void Instance::End() {
  ended_ = true;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  // A call that is under way is waited for: it uses descriptors that are closed afterwards.
  if (thread_.joinable()) thread_.join();
  for (auto& retired : retired_) retired.second.join();
  lane_.reset();
  waiter_.reset();
  waiting_.clear();
  finished_.clear();
  listeners_.clear();
  if (back_ != nullptr) napi_release_threadsafe_function(back_, napi_tsfn_abort);
  back_ = nullptr;
}

Napi::Value Instance::Start(std::unique_ptr<Job> job) {
  const Napi::Value promise = job->promise();
  // The destructor of a handle may still ask for something while the environment ends.
  if (promise.IsEmpty() || ended_ || back_ == nullptr) return promise;
  // First: where there is no thread to be had, there is no job that waits for one.
  if (!StartThread()) {
    job->Refuse();
    job->Done(env_);
    return promise;
  }
  {
    std::lock_guard<std::mutex> lock(mutex_);
    waiting_.push_back(std::move(job));
  }
  wake_.notify_one();
  Hold(env_, 1);
  return promise;
}

bool Instance::StartThread() {
  try {
    if (!thread_.joinable()) thread_ = std::thread([this, age = age_] { Work(age); });
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

bool Instance::Renew(const Library& library) {
  if (ended_) return true;
  std::unique_ptr<Lane> lane;
  try {
    lane = std::make_unique<Lane>(library.direct());
  } catch (const std::system_error&) {
    return false;
  }
  lane_ = std::move(lane);
  if (!thread_.joinable()) return true;
  bool waiting = false;
  retired_.emplace(age_, std::move(thread_));
  {
    std::lock_guard<std::mutex> lock(mutex_);
    age_++;
    waiting = !waiting_.empty();
  }
  wake_.notify_all();
  if (waiting && !StartThread()) {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const std::unique_ptr<Job>& job : waiting_) job->Refuse();
    finished_.splice(finished_.end(), waiting_);
    Signal();
  }
  return true;
}

void Instance::Work(uint64_t age) {
  for (;;) {
    std::list<std::unique_ptr<Job>> job;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [this, age] { return stop_ || age != age_ || !waiting_.empty(); });
      if (stop_) return;
      if (age != age_) {
        gone_.push_back(age);
        break;
      }
      job.splice(job.end(), waiting_, waiting_.begin());
    }
    job.front()->Perform();
    {
      std::lock_guard<std::mutex> lock(mutex_);
      finished_.splice(finished_.end(), job);
    }
    Signal();
  }
  Signal();
}

void Instance::Signal() {
  // One signal is enough for all that has come together by the time it arrives.
  if (!signalled_.exchange(true)) napi_call_threadsafe_function(back_, nullptr, napi_tsfn_nonblocking);
}

void Instance::OnSignal(napi_env env, napi_value, void* context, void*) {
  if (env != nullptr) static_cast<Instance*>(context)->Deliver(Napi::Env(env));
}

namespace {

// False while a worker is being terminated: handles can be made then, but nothing that might run JavaScript.
bool CanRun(napi_env env) {
  napi_value object;
  napi_value key;
  return napi_create_object(env, &object) == napi_ok && napi_create_uint32(env, 0, &key) == napi_ok &&
         napi_set_property(env, object, key, key) == napi_ok;
}

}  // namespace

void Instance::Deliver(Napi::Env env) {
  Napi::HandleScope scope(env);
  if (!CanRun(env)) return;
  signalled_.store(false);
  std::list<std::unique_ptr<Job>> finished;
  std::vector<uint64_t> readable;
  std::vector<uint64_t> gone;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    finished.swap(finished_);
    readable.swap(readable_);
    gone.swap(gone_);
  }
  for (const uint64_t age : gone) {
    const auto retired = retired_.find(age);
    retired->second.join();
    retired_.erase(retired);
  }
  for (const std::unique_ptr<Job>& job : finished) {
    Hold(env, -1);
    job->Done(env);
  }
  for (const uint64_t id : readable) {
    const auto found = listeners_.find(id);
    if (found == listeners_.end()) continue;
    Napi::FunctionReference function = std::move(found->second.function);
    if (waiter_ != nullptr) waiter_->Reported(id);
    listeners_.erase(found);
    Hold(env, -1);
    function.MakeCallback(env.Global(), std::initializer_list<napi_value>{});
    // What one of them throws is uncaught, like what any callback throws, and none of the others'.
    if (env.IsExceptionPending()) napi_fatal_exception(env, env.GetAndClearPendingException().Value());
  }
}

uint64_t Instance::Listen(const Napi::Value& owner, intptr_t handle, Napi::Function listener) {
  if (ended_ || back_ == nullptr) return 0;
  if (waiter_ == nullptr) {
    waiter_ = Waiter::Create([this](uint64_t id) {
      {
        std::lock_guard<std::mutex> lock(mutex_);
        readable_.push_back(id);
      }
      Signal();
    });
  }
  const uint64_t id = next_listener_++;
  {
    // As many as can be told of before they are asked for: the waiter's thread needs no memory then.
    std::lock_guard<std::mutex> lock(mutex_);
    readable_.reserve(readable_.size() + listeners_.size() + 1 + Waiter::kAtOnce);
  }
  if (!waiter_->Arm(id, handle)) {
    // One that could not be made: the next call may have more luck.
    if (!waiter_->usable()) waiter_.reset();
    return 0;
  }
  listeners_.emplace(id, Listener{Napi::Persistent(listener), Napi::Reference<Napi::Value>::New(owner, 1), handle});
  Hold(env_, 1);
  return id;
}

void Instance::Unlisten(uint64_t id) {
  const auto found = listeners_.find(id);
  if (found == listeners_.end()) return;
  if (waiter_ != nullptr) waiter_->Disarm(id, found->second.handle);
  listeners_.erase(found);
  Hold(env_, -1);
}

void Instance::Hold(Napi::Env env, int change) {
  const int before = pending_;
  pending_ += change;
  if (back_ == nullptr) return;
  if (before == 0 && pending_ > 0) napi_ref_threadsafe_function(env, back_);
  if (before > 0 && pending_ == 0) napi_unref_threadsafe_function(env, back_);
}

}  // namespace winbpf
