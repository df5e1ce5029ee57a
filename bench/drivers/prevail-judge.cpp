// A judge for random programs: asks PREVAIL's library for its verdicts, without object files.
//
//   prevail-judge SECONDS [texts] < lines
//
// With `texts`, the answers also hold what ebpf-for-windows' API reports at the levels above normal
// (libs/api/Verifier.cpp, libs/api_common/api_common.cpp): `informational` and `verbose`.
//
// Lines, words apart by single spaces (docs/verifier.md, "The random judge"):
//   platform windows|linux
//   helper TYPE|- ID NAME RETURNS REALLOCATES ARGUMENT…      Windows: prototypes come from whoever asks
//   maptype NUMBER ISARRAY any|map|program                   Windows
//   map DESCRIPTOR TYPE KEYSIZE VALUESIZE ENTRIES INNER
//   program ID SECTION TYPE SIZE DATA END META TERMINATION HEX
// Each `program` is answered by one line of JSON. Every program gets a process of its own, so that no verdict depends
// on what was asked before, and one that hangs (uses SECONDS of a processor) or dies takes nothing with it ("died").
#include <cstring>
#include <iostream>
#include <map>
#include <sstream>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ebpf_verifier.hpp"
#include "ir/unmarshal.hpp"

using namespace prevail;

namespace {

struct Helper {
    std::string name;
    EbpfHelperPrototype prototype{};
};

// PREVAIL asks through plain function pointers: what they look at has to be global.
std::map<std::pair<std::string, int32_t>, Helper> helpers;
std::map<uint32_t, EbpfMapType> map_types;
std::vector<EbpfMapDescriptor> maps;

const Helper* find_helper(int32_t id, const EbpfProgramType& type) {
    for (const std::string& owner : {type.name, std::string("-")}) {
        if (auto found = helpers.find({owner, id}); found != helpers.end()) {
            return &found->second;
        }
    }
    return nullptr;
}

EbpfHelperPrototype prototype_of(int32_t id, const EbpfProgramType& type) {
    const Helper* found = find_helper(id, type);
    if (found == nullptr) {
        throw std::runtime_error((id < 0 ? "helper ID is negative: " : "helper prototype not found: ") + std::to_string(id));
    }
    EbpfHelperPrototype prototype = found->prototype;
    prototype.name = found->name.c_str();
    return prototype;
}

bool is_usable(int32_t id, const EbpfProgramType& type) { return find_helper(id, type) != nullptr; }

EbpfMapType map_type_of(uint32_t number) {
    auto found = map_types.find(number);
    return found == map_types.end() ? EbpfMapType{number, "unspec", false, EbpfMapValueType::ANY} : found->second;
}

const EbpfMapDescriptor& descriptor_of(int fd, const std::vector<EbpfMapDescriptor>&) {
    for (const auto& map : maps) {
        if (map.original_fd == fd) {
            return map;
        }
    }
    throw std::runtime_error("map_fd " + std::to_string(fd) + " not found");
}

const std::map<std::string, ebpf_argument_type_t> argument_types = {
    {"ANYTHING", EBPF_ARGUMENT_TYPE_ANYTHING},
    {"CONST_SIZE", EBPF_ARGUMENT_TYPE_CONST_SIZE},
    {"CONST_SIZE_OR_ZERO", EBPF_ARGUMENT_TYPE_CONST_SIZE_OR_ZERO},
    {"PTR_TO_CTX", EBPF_ARGUMENT_TYPE_PTR_TO_CTX},
    {"PTR_TO_MAP", EBPF_ARGUMENT_TYPE_PTR_TO_MAP},
    {"PTR_TO_MAP_KEY", EBPF_ARGUMENT_TYPE_PTR_TO_MAP_KEY},
    {"PTR_TO_MAP_OF_PROGRAMS", EBPF_ARGUMENT_TYPE_PTR_TO_MAP_OF_PROGRAMS},
    {"PTR_TO_MAP_VALUE", EBPF_ARGUMENT_TYPE_PTR_TO_MAP_VALUE},
    {"PTR_TO_READABLE_MEM", EBPF_ARGUMENT_TYPE_PTR_TO_READABLE_MEM},
    {"PTR_TO_READABLE_MEM_OR_NULL", EBPF_ARGUMENT_TYPE_PTR_TO_READABLE_MEM_OR_NULL},
    {"PTR_TO_WRITABLE_MEM", EBPF_ARGUMENT_TYPE_PTR_TO_WRITABLE_MEM},
};

const std::map<std::string, ebpf_return_type_t> return_types = {
    {"INTEGER", EBPF_RETURN_TYPE_INTEGER},
    {"INTEGER_OR_NO_RETURN_IF_SUCCEED", EBPF_RETURN_TYPE_INTEGER_OR_NO_RETURN_IF_SUCCEED},
    {"PTR_TO_MAP_VALUE_OR_NULL", EBPF_RETURN_TYPE_PTR_TO_MAP_VALUE_OR_NULL},
};

const std::map<std::string, EbpfMapValueType> value_types = {
    {"any", EbpfMapValueType::ANY}, {"map", EbpfMapValueType::MAP}, {"program", EbpfMapValueType::PROGRAM}};

// Newer versions know more about a platform than older ones.
template <class Platform> void forget_sockets(Platform& platform) {
    if constexpr (requires { platform.sock_common_layout; }) {
        platform.sock_common_layout = nullptr;
    }
}

ebpf_platform_t platform_named(const std::string& name) {
    ebpf_platform_t platform = g_ebpf_platform_linux;
    platform.get_map_descriptor = descriptor_of;
    platform.supported_conformance_groups = bpf_conformance_groups_t::default_groups;
    if (name == "linux") {
        platform.supported_conformance_groups |= bpf_conformance_groups_t::packet;
        return platform;
    }
    platform.get_helper_prototype = prototype_of;
    platform.is_helper_usable = is_usable;
    platform.get_map_type = map_type_of;
    platform.resolve_kfunc_call = nullptr;
    platform.get_builtin_call = nullptr;
    forget_sockets(platform);
    return platform;
}

std::string json_text(const std::string& text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += c == '\n' ? ' ' : c;
    }
    return out + "\"";
}

// The same with its lines kept, for whole reports.
std::string json_lines(const std::string& text) {
    std::string out;
    for (size_t from = 0;;) {
        const size_t end = text.find('\n', from);
        const std::string line = json_text(text.substr(from, end - from));
        out += line.substr(1, line.size() - 2);
        if (end == std::string::npos) {
            return "\"" + out + "\"";
        }
        out += "\\n";
        from = end + 1;
    }
}

std::string refusal(const std::string& stage, const std::string& message) {
    return "\"verdict\":\"fail\",\"stage\":" + json_text(stage) + ",\"firstError\":" + json_text(message);
}

bool with_texts = false;

AnalysisContext context_of(RawProgram& raw, const InstructionSeq& instructions, const VerifierOptions& options) {
    return AnalysisContext{Program::from_sequence(instructions, raw.info, options), options};
}

std::string verbose_text(RawProgram& raw, const InstructionSeq& instructions, VerifierOptions options) {
    std::ostringstream out;
    options.verbosity_opts.print_line_info = true;
    options.verbosity_opts.print_invariants = true;
    auto context = context_of(raw, instructions, options);
    auto result = analyze(context);
    print_invariants(out, context.program, result, options.verbosity_opts);
    if (!result.failed) {
        out << "Verification succeeded";
        return out.str();
    }
    // Windows analyses what failed once more, with other options.
    options.verbosity_opts.simplify = false;
    auto again = context_of(raw, instructions, options);
    result = analyze(again);
    print_invariants(out, again.program, result, options.verbosity_opts);
    if (auto error = result.find_first_error()) {
        print_error(out, *error, again.program, options.verbosity_opts);
    }
    return out.str();
}

std::string informational_text(RawProgram& raw, const InstructionSeq& instructions, VerifierOptions options) {
    std::ostringstream out;
    options.verbosity_opts.print_line_info = true;
    options.verbosity_opts.collect_instruction_deps = true;
    options.verbosity_opts.simplify = false;
    auto context = context_of(raw, instructions, options);
    auto result = analyze(context);
    if (!result.failed) {
        return "Verification succeeded";
    }
    const AnalysisResult::SliceParams first{.max_slices = 1};
    auto slices = result.compute_failure_slices(first, context);
    print_failure_slices(out, context.program, result, slices, options.verbosity_opts);
    return out.str();
}

std::string judge(RawProgram& raw, const VerifierOptions& options) {
    auto decoded = unmarshal(raw, options);
    if (auto* message = std::get_if<std::string>(&decoded)) {
        return refusal("decode", *message);
    }
    std::ostringstream out;
    const AnalysisContext context{Program::from_sequence(std::get<InstructionSeq>(decoded), raw.info, options), options};
    auto result = analyze(context);
    int count = 0;
    for (const auto& [label, invariants] : result.invariants) {
        count += invariants.error && !invariants.pre.is_bottom();
    }
    auto error = result.find_first_error();
    out << "\"verdict\":\"" << (result.failed ? "fail" : "pass") << "\",\"stage\":" << (result.failed ? "\"analyze\"" : "null");
    out << ",\"errorCount\":" << count << ",\"firstError\":" << (error ? json_text(error->message) : std::string("null")) << ",\"errorAt\":";
    if (error && error->where) {
        out << "\"" << *error->where << "\"";
    } else {
        out << "null";
    }
    out << ",\"exitValue\":\"" << result.exit_value << "\",\"maxLoopCount\":";
    if (!result.failed && options.runtime.check_for_termination) {
        out << result.max_loop_count;
    } else {
        out << "null";
    }
    if (with_texts) {
        const auto& instructions = std::get<InstructionSeq>(decoded);
        out << ",\"informational\":" << json_lines(informational_text(raw, instructions, options));
        out << ",\"verbose\":" << json_lines(verbose_text(raw, instructions, options));
    }
    return out.str();
}

void read_helper(std::istringstream& line) {
    std::string type, returns, argument;
    int32_t id;
    Helper helper;
    line >> type >> id >> helper.name >> returns >> helper.prototype.reallocate_packet;
    helper.prototype.return_type = return_types.at(returns);
    for (auto& slot : helper.prototype.argument_type) {
        slot = line >> argument ? argument_types.at(argument) : EBPF_ARGUMENT_TYPE_DONTCARE;
    }
    helpers[{type, id}] = helper;
}

void read_map(std::istringstream& line) {
    EbpfMapDescriptor map{};
    line >> map.original_fd >> map.type >> map.key_size >> map.value_size >> map.max_entries >> map.inner_map_fd;
    maps.push_back(map);
}

std::string read_program(std::istringstream& line, const ebpf_platform_t& platform, bool is_linux) {
    RawProgram raw;
    std::string type, hex;
    ebpf_ctx_descriptor_t context{};
    VerifierOptions options;
    line >> raw.section_name >> type >> context.size >> context.data >> context.end >> context.meta;
    line >> options.runtime.check_for_termination >> hex;
    raw.filename = raw.function_name = "f";
    for (size_t at = 0; at + 16 <= hex.size(); at += 16) {
        uint8_t bytes[8];
        for (size_t byte = 0; byte < 8; byte++) {
            bytes[byte] = static_cast<uint8_t>(std::stoi(hex.substr(at + 2 * byte, 2), nullptr, 16));
        }
        EbpfInst instruction;
        memcpy(&instruction, bytes, sizeof(bytes));
        raw.prog.push_back(instruction);
    }
    raw.info.platform = &platform;
    raw.info.map_descriptors = maps;
    if (is_linux) {
        raw.info.type = platform.get_program_type(raw.section_name, "");
    } else {
        raw.info.type.name = type;
        raw.info.type.ctx_descriptor = &context;
    }
    try {
        return judge(raw, options);
    } catch (const InvalidControlFlow& error) {
        return refusal("cfg", error.what());
    } catch (const std::exception& error) {
        return refusal("exception", error.what());
    }
}

// Ends this process when it has used that much of a processor: a busy machine makes nobody slower. 0 takes it back.
void limit_time(unsigned seconds) {
    const itimerval limit{.it_interval = {}, .it_value = {.tv_sec = seconds, .tv_usec = 0}};
    setitimer(ITIMER_PROF, &limit, nullptr);
}

} // namespace

int main(int argc, char** argv) {
    const unsigned seconds = argc > 1 ? static_cast<unsigned>(atoi(argv[1])) : 5;
    with_texts = argc > 2 && std::string(argv[2]) == "texts";
    ebpf_platform_t platform = platform_named("windows");
    bool is_linux = false;
    std::string text, word;
    while (std::getline(std::cin, text)) {
        std::istringstream line(text);
        line >> word;
        if (word == "platform") {
            line >> word;
            is_linux = word == "linux";
            platform = platform_named(word);
            maps.clear();
        } else if (word == "helper") {
            read_helper(line);
        } else if (word == "maptype") {
            EbpfMapType type{};
            line >> type.platform_specific_type >> type.is_array >> word;
            type.value_type = value_types.at(word);
            map_types[type.platform_specific_type] = type;
        } else if (word == "map") {
            read_map(line);
        } else if (word == "program") {
            line >> word;
            std::cout.flush();
            const pid_t child = fork();
            if (child == 0) {
                limit_time(seconds);
                const std::string answer = read_program(line, platform, is_linux);
                limit_time(0);
                std::cout << "{\"id\":" << word << "," << answer << "}" << std::endl;
                _exit(0);
            }
            int status = 0;
            waitpid(child, &status, 0);
            if (WIFSIGNALED(status)) {
                std::cout << "{\"id\":" << word << ",\"verdict\":\"died\",\"stage\":\"signal\",\"firstError\":\"signal "
                          << WTERMSIG(status) << "\"}" << std::endl;
            }
        }
    }
}
