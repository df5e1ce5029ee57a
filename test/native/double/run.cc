#include "run.h"

#include <cstring>

namespace {

constexpr int MAX_TAIL_CALLS = 33;  // include/ebpf_structs.h
constexpr int MAX_STEPS = 1 << 20;
constexpr size_t FRAME = 512;
constexpr size_t MAX_FRAMES = 8;

// Helper numbers, include/ebpf_structs.h.
enum Helper { MAP_LOOKUP = 1, MAP_UPDATE = 2, MAP_DELETE = 3, TAIL_CALL = 5, GET_PRANDOM = 6, KTIME_BOOT = 7, SMP_ID = 8, RINGBUF_OUTPUT = 11, PERF_OUTPUT = 32 };

uint64_t load(uint64_t address, int size) {
  uint64_t value = 0;
  std::memcpy(&value, reinterpret_cast<const void*>(address), size);
  return value;
}

bool compare(int operation, uint64_t a, uint64_t b, bool wide) {
  if (!wide) {
    a = static_cast<uint32_t>(a);
    b = static_cast<uint32_t>(b);
  }
  const auto sa = wide ? static_cast<int64_t>(a) : static_cast<int32_t>(a);
  const auto sb = wide ? static_cast<int64_t>(b) : static_cast<int32_t>(b);
  switch (operation) {
    case 0x0: return true;
    case 0x1: return a == b;
    case 0x2: return a > b;
    case 0x3: return a >= b;
    case 0x4: return (a & b) != 0;
    case 0x5: return a != b;
    case 0x6: return sa > sb;
    case 0x7: return sa >= sb;
    case 0xa: return a < b;
    case 0xb: return a <= b;
    case 0xc: return sa < sb;
    case 0xd: return sa <= sb;
    default: return false;
  }
}

uint64_t arithmetic(int operation, uint64_t a, uint64_t b, bool wide) {
  const int mask = wide ? 63 : 31;
  if (!wide) {
    a = static_cast<uint32_t>(a);
    b = static_cast<uint32_t>(b);
  }
  uint64_t result = 0;
  switch (operation) {
    case 0x0: result = a + b; break;
    case 0x1: result = a - b; break;
    case 0x2: result = a * b; break;
    case 0x3: result = b == 0 ? 0 : a / b; break;
    case 0x4: result = a | b; break;
    case 0x5: result = a & b; break;
    case 0x6: result = a << (b & mask); break;
    case 0x7: result = a >> (b & mask); break;
    case 0x8: result = 0 - a; break;
    case 0x9: result = b == 0 ? a : a % b; break;
    case 0xa: result = a ^ b; break;
    case 0xb: result = b; break;
    case 0xc:
      result = wide ? static_cast<uint64_t>(static_cast<int64_t>(a) >> (b & 63))
                    : static_cast<uint32_t>(static_cast<int32_t>(a) >> (b & 31));
      break;
    default: break;
  }
  return wide ? result : static_cast<uint32_t>(result);
}

uint64_t swap(uint8_t code, uint64_t value, int bits) {
  const bool swaps = code != 0xd4;  // "to little-endian" cuts off, no more
  const uint64_t swapped = swaps ? __builtin_bswap64(value) >> (64 - bits) : value;
  return bits == 64 ? swapped : swapped & ((1ull << bits) - 1);
}

struct Frame {
  size_t pc;
  uint64_t saved[4];
};

struct Machine {
  uint64_t r[11] = {};
  uint8_t stack[FRAME * MAX_FRAMES];
  std::vector<Frame> frames;
  const Program* program;
  int tail_calls = 0;
  uint32_t cpu = 0;
  const std::string* data = nullptr;

  // ebpf_perf_event_array_map_output_with_capture (ebpf_maps.c): the upper half of the flags says how much of the context's
  // data follows the record, the lower one on which CPU; below dispatch level none but "the current one" may be named.
  Result output_on_cpu(Map& map, uint64_t flags, const char* record, size_t length) {
    const size_t captured = (flags >> 32) & 0xfffff;
    if (captured > 0 && data->empty()) return OPERATION_NOT_SUPPORTED;
    if (captured > data->size() || static_cast<uint32_t>(flags) != 0xffffffff) return INVALID_ARGUMENT;
    const std::string bytes = std::string(record, length) + data->substr(0, captured);
    return map.rings[cpu]->write(bytes.data(), bytes.size());
  }

  uint64_t call(int helper, bool& replaced) {
    auto* map = reinterpret_cast<Map*>(helper == TAIL_CALL || helper == PERF_OUTPUT ? r[2] : r[1]);
    const auto* key = reinterpret_cast<const uint8_t*>(r[2]);
    switch (helper) {
      case MAP_LOOKUP: return reinterpret_cast<uint64_t>(map->value_of(key, cpu));
      case MAP_UPDATE: return -static_cast<uint64_t>(map->update_on(cpu, key, reinterpret_cast<const uint8_t*>(r[3]), r[4]));
      case MAP_DELETE: return -static_cast<uint64_t>(map->erase(key));
      case RINGBUF_OUTPUT: return -static_cast<uint64_t>(map->rings[0]->write(reinterpret_cast<const void*>(r[2]), r[3]));
      case PERF_OUTPUT: return -static_cast<uint64_t>(output_on_cpu(*map, r[3], reinterpret_cast<const char*>(r[4]), r[5]));
      case TAIL_CALL: {
        const uint32_t index = static_cast<uint32_t>(r[3]);
        const auto found = map->objects.find(std::string(reinterpret_cast<const char*>(&index), 4));
        if (found == map->objects.end()) return static_cast<uint64_t>(-6);
        if (tail_calls == MAX_TAIL_CALLS) return static_cast<uint64_t>(-27);
        tail_calls++;
        program = static_cast<const Program*>(found->second.get());
        replaced = true;
        return 0;
      }
      case GET_PRANDOM: return 4;
      case KTIME_BOOT: return 1;
      case SMP_ID: return cpu;
      default: return static_cast<uint64_t>(-22);
    }
  }

  // LDDW: 1 names a map by its descriptor's object, set down as a pointer at load; 2 is the address of its first value.
  uint64_t wide_immediate(const bpf_insn& insn, const bpf_insn& next) const {
    if (insn.src == 0) return (static_cast<uint64_t>(static_cast<uint32_t>(next.imm)) << 32) | static_cast<uint32_t>(insn.imm);
    Map* map = program->maps[static_cast<size_t>(insn.imm)].get();
    if (insn.src == 1) return reinterpret_cast<uint64_t>(map);
    return reinterpret_cast<uint64_t>(map->values.begin()->second.data()) + static_cast<uint32_t>(next.imm);
  }

  uint32_t execute(uint64_t context) {
    r[1] = context;
    r[10] = reinterpret_cast<uint64_t>(stack) + sizeof(stack);
    static constexpr int sizes[] = {4, 2, 1, 8};
    size_t pc = 0;
    for (int steps = 0; steps < MAX_STEPS && pc < program->code.size(); steps++) {
      const bpf_insn insn = program->code[pc++];
      const int kind = insn.code & 7;
      const int size = sizes[(insn.code >> 3) & 3];
      const uint64_t operand = (insn.code & 8) != 0 ? r[insn.src] : static_cast<uint64_t>(static_cast<int64_t>(insn.imm));
      if (insn.code == 0xd4 || insn.code == 0xdc || insn.code == 0xd7) {
        r[insn.dst] = swap(insn.code, r[insn.dst], insn.imm);
      } else if (kind == 7 || kind == 4) {
        r[insn.dst] = arithmetic(insn.code >> 4, r[insn.dst], operand, kind == 7);
      } else if (insn.code == 0x18) {
        r[insn.dst] = wide_immediate(insn, program->code[pc]);
        pc++;
      } else if (kind == 1) {
        r[insn.dst] = load(r[insn.src] + insn.off, size);
      } else if (kind == 3 && insn.code >> 5 == 6) {  // atomic: the addition alone is known here
        const uint64_t sum = load(r[insn.dst] + insn.off, size) + r[insn.src];
        std::memcpy(reinterpret_cast<void*>(r[insn.dst] + insn.off), &sum, size);
      } else if (kind == 2 || kind == 3) {
        const uint64_t value = kind == 3 ? r[insn.src] : static_cast<uint64_t>(static_cast<int64_t>(insn.imm));
        std::memcpy(reinterpret_cast<void*>(r[insn.dst] + insn.off), &value, size);
      } else if (insn.code == 0x95) {
        if (frames.empty()) return static_cast<uint32_t>(r[0]);
        pc = frames.back().pc;
        std::memcpy(r + 6, frames.back().saved, sizeof(Frame::saved));
        r[10] += FRAME;
        frames.pop_back();
      } else if (insn.code == 0x85 && insn.src == 1) {
        if (frames.size() + 1 == MAX_FRAMES) return static_cast<uint32_t>(-1);
        Frame frame{pc, {}};
        std::memcpy(frame.saved, r + 6, sizeof(Frame::saved));
        frames.push_back(frame);
        r[10] -= FRAME;
        pc += insn.imm;
      } else if (insn.code == 0x85) {
        bool replaced = false;
        const uint64_t result = call(insn.imm, replaced);
        if (replaced) {
          frames.clear();
          r[10] = reinterpret_cast<uint64_t>(stack) + sizeof(stack);
          pc = 0;
          r[1] = context;
        } else {
          r[0] = result;
        }
      } else if (compare(insn.code >> 4, r[insn.dst], operand, kind == 5)) {
        pc += insn.off;
      }
    }
    return static_cast<uint32_t>(-1);
  }
};

}  // namespace

uint32_t run(const Program& program, std::string& context, std::string& data, uint32_t cpu) {
  if (context.size() < 64) context.resize(64);
  const uint64_t bounds[] = {reinterpret_cast<uint64_t>(data.data()), reinterpret_cast<uint64_t>(data.data() + data.size())};
  if (!data.empty()) std::memcpy(context.data(), bounds, sizeof(bounds));
  Machine machine;
  machine.program = &program;
  machine.cpu = cpu;
  machine.data = &data;
  const uint32_t result = machine.execute(reinterpret_cast<uint64_t>(context.data()));
  if (!data.empty()) std::memset(context.data(), 0, sizeof(bounds));
  return result;
}
