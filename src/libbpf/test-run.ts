import { EbpfResult } from "../platform/index.ts";
import { required, resultOf, type Session } from "./session.ts";

/** `struct bpf_test_run_opts`. Sizes are bytes; `data_out` and `ctx_out` say whether C would have given a buffer. */
export interface TestRunOpts {
  readonly data_in?: Uint8Array | null;
  readonly ctx_in?: Uint8Array | null;
  /** Whether the data is wanted back; true unless given. */
  readonly data_out?: boolean;
  readonly ctx_out?: boolean;
  /** Bytes that there is room for: as many as go in unless given. */
  readonly data_size_out?: number;
  readonly ctx_size_out?: number;
  readonly repeat?: number;
  /** Ignored. */
  readonly flags?: number;
  readonly cpu?: number;
  /** Ignored: runs of a simulated kernel are not interrupted. */
  readonly batch_size?: number;
}

export interface TestRunOut {
  readonly ret: number;
  /** Low 32 bits of the program's result; undefined where the call failed, as all that follows. */
  readonly retval: number | undefined;
  /** Average nanoseconds of one run. */
  readonly duration: number | undefined;
  readonly data_out: Uint8Array | undefined;
  readonly ctx_out: Uint8Array | undefined;
  readonly data_size_out: number | undefined;
  readonly ctx_size_out: number | undefined;
}

/** `bpf_prog_test_run_opts`: runs a program on given input. */
export function testRunCalls(session: Session) {
  return {
    /** 0, or -EINVAL, -ENOBUFS (the output does not fit), -EOTHER (less room than the context needs). */
    async bpf_prog_test_run_opts(descriptor: number, options: TestRunOpts | null): Promise<TestRunOut> {
      const { data_in = null, ctx_in = null, repeat = 1, cpu = 0, ...rest } = required(options, "options");
      const { data_out = true, ctx_out = true } = rest;
      const { data_size_out = data_in?.length ?? 0, ctx_size_out = ctx_in?.length ?? 0 } = rest;
      const failed = (result: number, data?: Uint8Array): TestRunOut => ({
        ret: session.return(result),
        retval: undefined,
        duration: undefined,
        data_out: data,
        ctx_out: undefined,
        data_size_out: undefined,
        ctx_size_out: undefined,
      });
      const program = session.descriptors.get(descriptor);
      if (program?.kind !== "program") return failed(EbpfResult.INVALID_OBJECT);
      try {
        const run = await session.engine.testRun(program, {
          ...(data_in === null ? {} : { data: data_in }),
          ...(ctx_in === null ? {} : { context: ctx_in }),
          repeat,
          cpu,
          room: data_size_out + ctx_size_out,
        });
        const context = ctx_in === null ? new Uint8Array(0) : run.context;
        if (data_out && run.data.length > data_size_out) return failed(EbpfResult.INSUFFICIENT_BUFFER);
        const data = data_out ? run.data : undefined;
        if (ctx_out && context.length > ctx_size_out) return failed(EbpfResult.INSUFFICIENT_BUFFER, data);
        return {
          ret: 0,
          retval: run.returnValue,
          duration: run.duration,
          data_out: data,
          ctx_out: ctx_out ? context : undefined,
          data_size_out: data_out ? run.data.length : data_size_out,
          ctx_size_out: ctx_out ? context.length : ctx_size_out,
        };
      } catch (error) {
        return failed(resultOf(error));
      }
    },
  };
}
