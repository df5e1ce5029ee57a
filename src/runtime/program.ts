import { assertObject } from "../arguments.ts";
import type { Handle, ProgramInfo, TestRunOptions, TestRunResult } from "../engine/index.ts";
import type { ProgramSpec, Step } from "../spec/index.ts";
import { type AttachOptions, attachParameter } from "./attach.ts";
import { linuxAttachParameter } from "./attach-linux.ts";
import { Link } from "./link.ts";
import { pinPath } from "./pin-path.ts";
import { Resource, type Session } from "./resource.ts";
import { assertRunOptions } from "./run-options.ts";

/** A program that the kernel has loaded. */
export class Program extends Resource {
  /** What the object file says of it; undefined for a program that was opened by its id or path. */
  readonly spec: ProgramSpec | undefined;
  readonly name: string;
  readonly section: string;
  /** Program type name, `"xdp"`. */
  readonly type: string;
  readonly #links: Set<Link>;

  /** @internal */
  constructor(session: Session, handle: Handle, links: Set<Link>, spec?: ProgramSpec) {
    const { name, section, type } = spec ?? session.engine.programInfo(handle);
    super(session, handle, `Program ${JSON.stringify(name)}`);
    this.spec = spec;
    this.name = name;
    this.section = section;
    this.type = type;
    this.#links = links;
  }

  /** What the kernel says of the program. Throws `EBPF_CLOSED` after `close`. */
  get info(): ProgramInfo {
    return this.session.engine.programInfo(this.handle);
  }

  /**
   * Attaches the program to the hook that its section names. The link lives until it is closed, or its runtime is.
   *
   * Throws `EBPF_INVALID_ARGUMENT` for options that the hook does not take, `EBPF_ATTACH_FAILED` where the hook
   * refuses, `EBPF_NOT_SUPPORTED` where this runtime has no such hook.
   */
  async attach(options: AttachOptions = {}): Promise<Link> {
    assertObject(options, "What attaching takes");
    const { engine } = this.session;
    const onLinux = engine.kind === "libbpf" ? linuxAttachParameter(this, options) : undefined;
    const { attachType, parameter } = onLinux ?? attachParameter(this, options);
    const handle = await engine.attach(this.handle, attachType, parameter);
    return new Link(this.session, handle, `The link of program ${JSON.stringify(this.name)}`, this.#links);
  }

  /** Keeps the program alive under a path, `BPF:\\name`, after it is closed. Throws `EBPF_ALREADY_EXISTS`. */
  pin(path: string): this {
    this.session.engine.pin(this.handle, pinPath(path));
    return this;
  }

  /**
   * Runs the program once (or `repeat` times) on given data and context, without any hook: `bpf_prog_test_run_opts`.
   *
   * Throws `EBPF_INVALID_ARGUMENT` for data or contexts of the wrong size, `EBPF_FAULT` when the program touches memory
   * that is not its own, `EBPF_BUDGET_EXCEEDED` when it runs for too long, `EBPF_ABORTED` when `signal` aborts between
   * two repetitions.
   */
  async run(options: TestRunOptions = {}): Promise<TestRunResult> {
    assertRunOptions(options);
    return this.session.engine.testRun(this.handle, options);
  }

  /**
   * Runs the program once, as `run` does, and yields every instruction with what it changed: registers, memory, and the
   * C line that it came from. Leaving the loop ends the run; until then nothing else runs in this kernel. The
   * iterator's return value is the program's.
   *
   * Throws as `run` does, and `EBPF_NOT_SUPPORTED` where `runtime.supports("trace")` is false.
   *
   * @example
   * for (const step of program.trace({ data: packet })) console.log(step.pc, step.text, step.line?.line);
   */
  trace(options: TestRunOptions = {}): Generator<Step, number> {
    assertRunOptions(options);
    return this.session.engine.trace(this.handle, options);
  }

  /**
   * Calls `visit` with the slot of every instruction before it runs; for coverage.
   * @internal
   */
  watch(visit: (slot: number) => void): () => void {
    return this.session.engine.watch(this.handle, visit);
  }
}
