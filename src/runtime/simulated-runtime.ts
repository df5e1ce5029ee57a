import { assertObject, assertText } from "../arguments.ts";
import { EbpfError } from "../errors.ts";
import {
  type Clock,
  Kernel,
  type KernelOptions,
  type Network,
  type Processes,
  type Random,
  SimulatedEngine,
  type Tier,
} from "../simulated/index.ts";
import type { Program } from "./program.ts";
import { Runtime } from "./runtime.ts";
import { verifyLoad } from "./verify-load.ts";

export interface SimulateOptions extends Omit<KernelOptions, "verify"> {
  /** Programs are verified before they are loaded, as on Windows: true unless given. */
  readonly verify?: boolean;
}

/** A runtime over a fresh simulated kernel, with the machine around it: time, random numbers, network, processes. */
export class SimulatedRuntime extends Runtime {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly processes: Processes;
  readonly #kernel: Kernel;
  readonly #engine: SimulatedEngine;

  /** @internal */
  constructor({ verify = true, ...options }: SimulateOptions, why: string) {
    const kernel = new Kernel(verify ? { ...options, verify: verifyLoad } : options);
    const engine = new SimulatedEngine(kernel, why);
    super(engine);
    this.#kernel = kernel;
    this.#engine = engine;
    this.clock = kernel.clock;
    this.random = kernel.random;
    this.network = kernel.network;
    this.processes = kernel.processes;
  }

  /**
   * What the next run of a program is done by, the interpreter or compiled code (see `SimulateOptions.engine`), and why
   * it cannot be compiled where that is so.
   *
   * Throws `EBPF_CLOSED` after `close`.
   */
  tierOf(program: Program): Tier {
    assertObject(program, "A program");
    return this.#engine.tierOf(program.handle);
  }

  /**
   * Runs a program on a hook (by section prefix, "sample_ext") on a context structure and data: the one that was
   * attached with `parameter`, or else the first. Undefined where the hook has no program. What the machine would do
   * with the result is left out: `network` and `processes` do that.
   *
   * Throws `EBPF_NOT_FOUND` where no program of the hook has that parameter, and what the run throws.
   */
  fire(
    section: string,
    context: Uint8Array,
    data?: Uint8Array,
    parameter?: Uint8Array,
  ): { readonly value: number; readonly context: Uint8Array } | undefined {
    return this.#kernel.hooks.fire(section, context, data, parameter);
  }

  /**
   * Stops the extension driver that provides a program type, "xdp", as when it is updated: programs that are attached do
   * not run, as if there were none, and loading, attaching and test runs of the type throw `EBPF_ATTACH_FAILED`, until
   * `startExtension`. Links stay. Idempotent. Throws `EBPF_INVALID_ARGUMENT` for a type that nothing provides.
   */
  stopExtension(programType: string): void {
    this.#setRunning(programType, false);
  }

  /** Starts a stopped extension: attached programs run again. Idempotent. */
  startExtension(programType: string): void {
    this.#setRunning(programType, true);
  }

  #setRunning(programType: string, isRunning: boolean): void {
    assertText(programType, "The program type");
    if (!this.#kernel.programTypes.includes(programType)) {
      throw new EbpfError("EBPF_INVALID_ARGUMENT", `Nothing provides programs of type ${JSON.stringify(programType)}`, {
        hint: `There are ${this.#kernel.programTypes.join(", ")}.`,
      });
    }
    this.#kernel.hooks.setRunning(programType, isRunning);
  }

  /** The CPU that programs run on; settable, from 0 to `cpus` - 1. Throws `RangeError` beyond. */
  get cpu(): number {
    return this.#kernel.cpu;
  }

  set cpu(cpu: number) {
    if (!Number.isInteger(cpu) || cpu < 0 || cpu >= this.cpus) throw new RangeError(`There is no CPU ${cpu}`);
    this.#kernel.cpu = cpu;
  }
}

/**
 * A fresh simulated kernel: isolated, deterministic, the same for the same options.
 *
 * @example
 * const runtime = simulate();
 * const object = await runtime.load("drop_udp.o");
 * await object.programs.get("drop_udp").attach({ ifIndex: 1 });
 * runtime.network.receive(1, frame).action;
 */
export function simulate(options: SimulateOptions = {}): SimulatedRuntime {
  assertObject(options, "What a simulation takes");
  return new SimulatedRuntime(options, "a simulated kernel was asked for");
}
