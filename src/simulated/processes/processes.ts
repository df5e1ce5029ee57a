import { EbpfError } from "../../errors.ts";
import { processCreated, processExited } from "../hooks/process.ts";
import type { HookRun } from "../hooks/run.ts";
import type { Kernel } from "../kernel.ts";
import { Process } from "./process.ts";
import { localSystem, type User, type UserOptions, Users } from "./user.ts";

export interface ProcessOptions {
  /** Path of the program, `"C:\\app\\server.exe"`. */
  readonly image: string;
  /** The image's path unless given. */
  readonly commandLine?: string;
  /** Process that the new one inherits from: its user, too. `own` unless given. */
  readonly parent?: Process;
  /** Process whose thread creates it: the parent unless given. */
  readonly creator?: Process;
  /** The parent's user unless given; null for a process whose token cannot be read. */
  readonly user?: UserOptions | "SYSTEM" | null;
}

/** What became of a process that was to start. */
export type ProcessOutcome =
  | { readonly allowed: true; readonly process: Process; readonly status: number; readonly runs: readonly HookRun[] }
  | {
      readonly allowed: false;
      readonly process?: undefined;
      /** NTSTATUS that the creation fails with, signed 32-bit: STATUS_ACCESS_DENIED is -1073741790 (0xc0000022). */
      readonly status: number;
      /** Name of the program that denied it. */
      readonly by: string;
      readonly runs: readonly HookRun[];
    };

/** Ids of processes and threads come from one table and are multiples of 4, as on Windows. */
const ID_STEP = 4;
const SYSTEM_ID = 4;
const OWN_ID = 4096;
/** Upper half of a process start key: the number of the boot (PsGetProcessStartKey). */
const FIRST_BOOT = 0x0001_0000_0000_0000n;
/** Characters that a UNICODE_STRING can hold. */
const LONGEST_TEXT = 32_767;

/** The processes of a simulated machine. */
export class Processes {
  /** The process that the simulation itself is: calls of `Runtime` come from it, and sockets without another owner. */
  readonly own: Process;
  readonly #kernel: Kernel;
  readonly #users = new Users();
  readonly #running = new Map<number, Process>();
  #nextId = OWN_ID;

  /** @internal */
  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.own = this.#create("C:\\Program Files\\nodejs\\node.exe", "node.exe", SYSTEM_ID, localSystem);
    this.#running.set(this.own.id, this.own);
  }

  /** The running process with an id. */
  get(id: number): Process | undefined {
    return this.#running.get(id);
  }

  /** Running processes, oldest first. */
  [Symbol.iterator](): IterableIterator<Process> {
    return [...this.#running.values()].values();
  }

  /**
   * Starts a process, unless a process program denies it. `status` is the NTSTATUS that the creation ends with: what
   * the denying program returned.
   *
   * Throws `EBPF_INVALID_ARGUMENT` for an empty image, texts over 32,767 characters, a SID that is none, and a parent
   * or creator that has ended.
   *
   * @example
   * const { process } = await kernel.processes.start({ image: "C:\\app\\server.exe", user: { account: "alice" } });
   */
  async start(options: ProcessOptions): Promise<ProcessOutcome> {
    const { image, commandLine = image, parent = this.own, creator = parent } = options;
    if (image === "") throw refuse("A process needs an image", 'Give its path: "C:\\\\app\\\\server.exe".');
    if (image.length > LONGEST_TEXT || commandLine.length > LONGEST_TEXT) {
      throw refuse(`Image and command line have at most ${LONGEST_TEXT} characters`);
    }
    for (const each of [parent, creator]) {
      if (this.#running.get(each.id) !== each) {
        throw refuse(`Process ${each.id} (${each.name}) does not run here`, "Start the processes one after another.");
      }
    }
    const user = options.user === undefined ? parent.user : options.user && this.#users.get(options.user);
    const process = this.#create(image, commandLine, parent.id, user);
    const { status, by, runs } = processCreated(this.#kernel, process, creator);
    if (by !== undefined) return { allowed: false, status, by, runs };
    this.#running.set(process.id, process);
    return { allowed: true, process, status, runs };
  }

  #create(image: string, commandLine: string, parentId: number, user: User | null): Process {
    const id = this.#takeId();
    const parts = {
      id,
      threadId: this.#takeId(),
      image,
      commandLine,
      parentId,
      user,
      creationTime: this.#kernel.clock.fileTime,
      startKey: FIRST_BOOT | BigInt(id),
    };
    return new Process(parts, (process, code) => this.#exit(process, code));
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId += ID_STEP;
    return id;
  }

  #exit(process: Process, code: number): void {
    if (process === this.own) {
      throw refuse("The simulation's own process cannot exit", "Close the runtime instead.");
    }
    const time = this.#kernel.clock.fileTime;
    process.ended(code, time);
    this.#running.delete(process.id);
    processExited(this.#kernel, process, code, time);
    this.#kernel.network.processEnded(process);
  }
}

function refuse(message: string, hint?: string): EbpfError {
  return new EbpfError("EBPF_INVALID_ARGUMENT", message, hint === undefined ? {} : { hint });
}
