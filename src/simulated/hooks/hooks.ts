import { failure } from "../../engine/index.ts";
import { type AttachTypeRow, EbpfResult } from "../../platform/index.ts";
import type { Kernel } from "../kernel.ts";
import type { KernelProgram } from "../program.ts";
import { captureTypes } from "./netevent.ts";

/** A program on a hook. */
export interface Attachment {
  readonly program: KernelProgram;
  /** What the hook was given: an interface index, a compartment id, … */
  readonly parameter: Uint8Array;
}

/** Whether a hook takes one more program beside those it has; a sentence says why not. */
type AttachRule = (present: readonly Attachment[], parameter: Uint8Array) => string | undefined;

const anyNumber: AttachRule = () => undefined;
const onlyOne: AttachRule = (present) => (present.length > 0 ? "The hook has a program already" : undefined);
const onePerParameter: AttachRule = (present, parameter) =>
  present.some((other) => sameBytes(other.parameter, parameter))
    ? "The hook has a program with the same parameter already"
    : undefined;

/** Programs that one compartment takes (netebpfext/net_ebpf_ext.h). */
const MOST_PER_COMPARTMENT = 16;

/** connect, connect_authorization, bind4/6: several programs for each compartment, 0 standing for all compartments. */
const severalPerCompartment: AttachRule = (present, parameter) => {
  if (parameter.length !== 0 && parameter.length !== 4) return "A compartment id is 4 bytes";
  const same = present.filter((other) => compartmentOf(other.parameter) === compartmentOf(parameter));
  return same.length < MOST_PER_COMPARTMENT
    ? undefined
    : `The compartment has ${MOST_PER_COMPARTMENT} programs already`;
};

/** recv_accept, listen, sockops: one program for each compartment, and one for all only while there is no other. */
const onePerCompartment: AttachRule = (present, parameter) => {
  if (parameter.length !== 0 && parameter.length !== 4) return "A compartment id is 4 bytes";
  const compartment = compartmentOf(parameter);
  const taken =
    compartment === 0 ? present.length > 0 : present.some((other) => compartmentOf(other.parameter) === compartment);
  return taken ? "The compartment has a program already" : undefined;
};

/** netevent: any number, each with the type of events to capture. */
const eventCapture: AttachRule = (_, parameter) => {
  if (parameter.length !== 4) return "The program says with 4 bytes what is captured (netevent_attach_opts_t)";
  return Object.values<number>(captureTypes).includes(numberIn(parameter))
    ? undefined
    : "There is no such capture type";
};

/** How many programs each hook takes on Windows (facts: program-types.md §2); by section prefix. */
const windowsRules: Readonly<Record<string, AttachRule>> = {
  xdp: onePerParameter,
  bind: onlyOne,
  "cgroup/connect4": severalPerCompartment,
  "cgroup/connect6": severalPerCompartment,
  "cgroup/connect_authorization4": severalPerCompartment,
  "cgroup/connect_authorization6": severalPerCompartment,
  "cgroup/bind4": severalPerCompartment,
  "cgroup/bind6": severalPerCompartment,
  "cgroup/recv_accept4": onePerCompartment,
  "cgroup/recv_accept6": onePerCompartment,
  "cgroup/listen4": onePerCompartment,
  "cgroup/listen6": onePerCompartment,
  sockops: onePerCompartment,
  sample_ext: onePerParameter,
  process: anyNumber,
  netevent_monitor: eventCapture,
};

/** Hooks that upstream's own tests stand up: each takes one program for each parameter (tests/end_to_end/helpers.h). */
const upstreamTestHooks: Readonly<Record<string, AttachRule>> = {
  xdp: onePerParameter,
  bind: onePerParameter,
  "cgroup/connect4": onePerParameter,
  "cgroup/connect6": onePerParameter,
  "cgroup/recv_accept4": onePerParameter,
  "cgroup/recv_accept6": onePerParameter,
  sockops: onePerParameter,
  sample_ext: onePerParameter,
};

/** Every hook of the kernel and the programs on it, in the order that they were attached. */
export class Hooks {
  readonly #kernel: Kernel;
  readonly #attachments = new Map<string, Attachment[]>();
  /** Changes whenever a program is attached or detached. */
  version = 0;
  #capture: number = captureTypes.drop;
  /** Program types whose extension is stopped. */
  readonly #stopped = new Set<string>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** What netevent programs are given (`netevent_capture_type_t`): the one attached last has said so, for all. */
  get capture(): number {
    return this.#capture;
  }

  /** The programs on a hook, by section prefix. */
  on(section: string): readonly Attachment[] {
    const attached = this.#attachments.get(section) ?? [];
    if (this.#stopped.size === 0) return attached;
    return attached.filter(({ program }) => !this.#stopped.has(program.type.name));
  }

  /**
   * Stops the extension of a program type, or starts it again. Links outlive it: their programs run again when it is
   * back (program-types.md §2; ebpf-for-windows' test extension_reload_test).
   */
  setRunning(type: string, isRunning: boolean): void {
    if (isRunning) this.#stopped.delete(type);
    else this.#stopped.add(type);
    this.version++;
  }

  /** Throws `EBPF_ATTACH_FAILED` where the extension of a program type is stopped: nothing of the type works then. */
  assertRunning(type: string): void {
    if (!this.#stopped.has(type)) return;
    throw failure(
      EbpfResult.EXTENSION_FAILED_TO_LOAD,
      `The extension that provides programs of type ${type} is stopped`,
      `Start it: runtime.startExtension(${JSON.stringify(type)}).`,
    );
  }

  /** Puts a program on a hook and returns what takes it off. Throws `EBPF_ATTACH_FAILED` where the hook refuses. */
  attach(program: KernelProgram, row: AttachTypeRow, parameter: Uint8Array): () => void {
    this.assertRunning(program.type.name);
    const section = row.section ?? "";
    const rules = this.#kernel.providers === "windows" ? windowsRules : upstreamTestHooks;
    const rule = rules[section];
    const present = this.#attachments.get(section) ?? [];
    const reason = rule === undefined ? `Nothing provides the hook ${section}` : rule(present, parameter);
    if (reason !== undefined) {
      throw failure(EbpfResult.EXTENSION_FAILED_TO_LOAD, reason, "Close the link of the other program first.");
    }
    if (rule === eventCapture) this.#capture = numberIn(parameter);
    const attachment = { program, parameter: parameter.slice() };
    present.push(attachment);
    this.#attachments.set(section, present);
    this.version++;
    return () => {
      this.version++;
      const index = present.indexOf(attachment);
      if (index >= 0) present.splice(index, 1);
    };
  }

  /**
   * Runs a program of a hook on a context: the one that was attached with `parameter`, or else the first. Undefined
   * where the hook has none; throws `EBPF_NOT_FOUND` where it has programs, but none with that parameter.
   */
  fire(
    section: string,
    context: Uint8Array,
    data: Uint8Array | undefined,
    parameter?: Uint8Array,
  ): { value: number; context: Uint8Array } | undefined {
    const attached = this.on(section);
    if (attached.length === 0) return undefined;
    const fitting =
      parameter === undefined ? attached[0] : attached.find((each) => sameBytes(each.parameter, parameter));
    if (fitting === undefined) throw failure(EbpfResult.KEY_NOT_FOUND, `No program of ${section} has that parameter`);
    this.#kernel.context.fill(fitting.program.type, context, data);
    const value = this.#kernel.run(fitting.program, this.#kernel.context.address);
    return { value, context: this.#kernel.context.context() };
  }
}

/** A compartment id; 0, which stands for all compartments, where there is none. */
export function compartmentOf(parameter: Uint8Array): number {
  return parameter.length < 4 ? 0 : numberIn(parameter);
}

function numberIn(parameter: Uint8Array): number {
  return new DataView(parameter.buffer, parameter.byteOffset, 4).getUint32(0, true);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
