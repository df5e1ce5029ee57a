/*
 * Times PREVAIL over many programs in one process, as `bench/verify.mjs` times winbpf:
 *
 *     prevail-driver ROUNDS < LIST
 *
 * LIST has a line for each program: file, section and function, with tabs between. For each line one comes back: the least
 * microseconds of ROUNDS rounds for loading the file, for the control-flow graph and for the analysis, then "pass" or
 * "fail", with tabs between; a last line has the peak of resident memory in kilobytes. Loading is counted at the first
 * program of a file only. Options are PREVAIL's defaults, with packet instructions as its own command line has them.
 *
 * Build against a PREVAIL tree (Release), all its sources but main.cpp; see bench/README.md.
 */
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <limits>
#include <memory>
#include <string>

#include "ebpf_verifier.hpp"
#include "io/elf_loader.hpp"

using Clock = std::chrono::steady_clock;

static double since(Clock::time_point start) {
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

struct Times {
    double load = 0;
    double graph = std::numeric_limits<double>::infinity();
    double analysis = std::numeric_limits<double>::infinity();
    bool passed = false;
};

static void measure(prevail::RawProgram& raw, const prevail::VerifierOptions& options, Times& times) {
    const auto start = Clock::now();
    auto decoded = prevail::unmarshal(raw, options);
    auto* sequence = std::get_if<prevail::InstructionSeq>(&decoded);
    if (sequence == nullptr) {
        times.graph = std::min(times.graph, since(start));
        times.analysis = 0;
        return;
    }
    try {
        const prevail::AnalysisContext context{prevail::Program::from_sequence(*sequence, raw.info, options), options};
        times.graph = std::min(times.graph, since(start));
        const auto ready = Clock::now();
        const auto result = prevail::analyze(context);
        times.analysis = std::min(times.analysis, since(ready));
        times.passed = !result.failed;
    } catch (const std::exception&) {
        times.graph = std::min(times.graph, since(start));
        times.analysis = std::min(times.analysis, 0.0);
    }
}

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::stoi(argv[1]) : 1;
    auto platform = prevail::g_ebpf_platform_linux;
    platform.supported_conformance_groups =
        bpf_conformance_groups_t::default_groups | bpf_conformance_groups_t::packet;
    const prevail::VerifierOptions options;
    std::string line;
    std::string loaded;
    std::unique_ptr<prevail::ElfObject> object;
    while (std::getline(std::cin, line)) {
        const auto first = line.find('\t');
        const auto second = line.find('\t', first + 1);
        const std::string file = line.substr(0, first);
        Times times;
        try {
            auto start = Clock::now();
            if (file != loaded) {
                object.reset();
                object = std::make_unique<prevail::ElfObject>(file, options, &platform);
                loaded = file;
            }
            auto programs = object->get_programs(line.substr(first + 1, second - first - 1), line.substr(second + 1));
            times.load = since(start);
            for (auto& raw : programs) {
                for (int round = 0; round < rounds; round++) measure(raw, options, times);
            }
        } catch (const std::exception&) {
            loaded.clear();
            times.graph = times.analysis = 0;
        }
        std::cout << times.load << '\t' << times.graph << '\t' << times.analysis << '\t'
                  << (times.passed ? "pass" : "fail") << std::endl;
    }
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::cout << usage.ru_maxrss << std::endl;
    return 0;
}
