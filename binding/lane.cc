#include "lane.h"

#include <type_traits>

namespace winbpf {
namespace {

thread_local Lane* current = nullptr;

template <auto kMember>
struct Through;

template <typename Value, typename... Arguments, Value (*Symbols::*kMember)(Arguments...)>
struct Through<kMember> {
  static Value Call(Arguments... arguments) {
    const auto direct = current->direct().*kMember;
    if constexpr (std::is_void_v<Value>) {
      current->Run([&] { direct(arguments...); });
    } else {
      Value value{};
      current->Run([&] { value = direct(arguments...); });
      return value;
    }
  }
};

// What the library lacks, its lane lacks, too.
Symbols TableFor(const Symbols& direct) {
  Symbols table;
#define WINBPF_THROUGH(result, name, parameters) \
  if (direct.name != nullptr) table.name = Through<&Symbols::name>::Call;
  WINBPF_SYMBOLS(WINBPF_THROUGH)
#undef WINBPF_THROUGH
  return table;
}

}  // namespace

Lane::Lane(const Symbols& direct) : direct_(direct), table_(TableFor(direct)) {
  thread_ = std::thread([this] { Work(); });
  current = this;
  lanes_.fetch_add(1, std::memory_order_relaxed);
}

Lane::~Lane() {
  if (current == this) current = nullptr;
  lanes_.fetch_sub(1, std::memory_order_relaxed);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

const Symbols& Lane::OfThread(const Symbols& direct) {
  return current != nullptr && &current->direct_ == &direct ? current->table_ : direct;
}

void Lane::On(const Symbols& direct, const std::function<void()>& work) {
  if (&Of(direct) == &direct) {
    work();
  } else {
    current->Run(work);
  }
}

void Lane::Run(const std::function<void()>& work) {
  std::unique_lock<std::mutex> lock(mutex_);
  work_ = &work;
  wake_.notify_all();
  wake_.wait(lock, [this] { return work_ == nullptr; });
}

void Lane::Work() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stop_ || work_ != nullptr; });
    if (work_ == nullptr) return;
    (*work_)();
    work_ = nullptr;
    wake_.notify_all();
  }
}

}  // namespace winbpf
