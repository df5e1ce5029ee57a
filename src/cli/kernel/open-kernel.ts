import { EbpfError } from "../../errors.ts";
import type { Runtime } from "../../runtime/index.ts";
import type { Arguments } from "../command.ts";
import { ExitCode } from "../exit-code.ts";
import { Failure, UsageError } from "../failure.ts";

/** Opens the machine's kernel and does `work` on it. On a machine without one: exit code 2. */
export async function withKernel(args: Arguments, work: (runtime: Runtime) => Promise<number>): Promise<number> {
  const kind = args.value("runtime") ?? (process.platform === "win32" ? "windows" : "libbpf");
  if (kind !== "windows" && kind !== "libbpf") throw new UsageError(`--runtime takes windows or libbpf, not ${kind}`);
  const runtime = await open(kind);
  try {
    return await work(runtime);
  } catch (error) {
    if (error instanceof EbpfError) throw new Failure(error, "");
    throw error;
  } finally {
    runtime.close();
  }
}

async function open(kind: "windows" | "libbpf"): Promise<Runtime> {
  const { openRuntime } = await import("../../runtime/index.ts");
  try {
    return openRuntime(kind);
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
    throw new Failure(error, "", ExitCode.USAGE);
  }
}
