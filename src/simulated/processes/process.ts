import type { Current } from "../current.ts";
import type { ProcessTexts } from "../invocation.ts";
import { utf16 } from "../utf16.ts";
import { parseSid } from "./sid.ts";
import type { User } from "./user.ts";

/** What a process is made of; see `Process`. */
export interface ProcessParts {
  readonly id: number;
  readonly threadId: number;
  readonly image: string;
  readonly commandLine: string;
  readonly parentId: number;
  readonly user: User | null;
  readonly creationTime: bigint;
  readonly startKey: bigint;
}

/** A process of the simulated machine. It has one thread. */
export class Process {
  readonly id: number;
  readonly threadId: number;
  /** Path of the program, `"C:\\app\\server.exe"`. */
  readonly image: string;
  readonly commandLine: string;
  /** Id of the process that it inherits from. */
  readonly parentId: number;
  /** Whose token it has; null for none. */
  readonly user: User | null;
  /** FILETIME: 100 ns since 1601. */
  readonly creationTime: bigint;
  /** Never used again, unlike ids on Windows. */
  readonly startKey: bigint;
  /** @internal */
  readonly current: Current;
  readonly #exit: (process: Process, code: number) => void;
  #exitCode: number | undefined;
  #exitTime: bigint | undefined;

  /** @internal */
  constructor(parts: ProcessParts, exit: (process: Process, code: number) => void) {
    this.id = parts.id;
    this.threadId = parts.threadId;
    this.image = parts.image;
    this.commandLine = parts.commandLine;
    this.parentId = parts.parentId;
    this.user = parts.user;
    this.creationTime = parts.creationTime;
    this.startKey = parts.startKey;
    this.#exit = exit;
    this.current = {
      processId: parts.id,
      threadId: parts.threadId,
      logonId: parts.user?.logonId ?? 0n,
      admin: parts.user?.admin ?? false,
      processStartKey: parts.startKey,
      threadCreateTime: parts.creationTime,
    };
  }

  /** The program's file name: what follows the last backslash of `image`. */
  get name(): string {
    return this.image.slice(this.image.lastIndexOf("\\") + 1);
  }

  get running(): boolean {
    return this.#exitCode === undefined;
  }

  /** The exit code; undefined while the process runs. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** FILETIME of the exit; undefined while the process runs. */
  get exitTime(): bigint | undefined {
    return this.#exitTime;
  }

  /**
   * Ends the process: process programs hear of it (their results mean nothing), then its sockets are closed. Does
   * nothing when it has ended. `code` is an unsigned 32-bit number, 0 unless given.
   */
  exit(code = 0): void {
    if (this.running) this.#exit(this, code >>> 0);
  }

  /** @internal */
  ended(code: number, time: bigint): void {
    this.#exitCode = code;
    this.#exitTime = time;
  }

  /** @internal The bytes of the token's SID; empty where there is no token. */
  get sid(): Uint8Array {
    return this.user === null ? new Uint8Array(0) : parseSid(this.user.sid);
  }

  /** @internal */
  get texts(): ProcessTexts {
    const { user } = this;
    return {
      image: utf16(this.image),
      account: user === null ? undefined : utf16(user.account),
      domain: user === null ? undefined : utf16(user.domain),
    };
  }
}
