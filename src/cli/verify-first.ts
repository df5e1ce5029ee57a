import { printable, quote } from "../printable.ts";
import type { ObjectSpec } from "../spec/index.ts";
import { type Report, reportText, verifyAll } from "../verifier/index.ts";
import type { Io } from "./io.ts";

/** Programs from which on threads are worth their start. */
const MANY = 8;

/** Reports on all programs of an object, for a command that prints them. */
export async function reportsOn(
  spec: ObjectSpec,
  options: Parameters<typeof verifyAll>[1] = {},
): Promise<readonly Report[]> {
  return await verifyAll(spec, spec.programs.length < MANY ? { ...options, threads: 0 } : options);
}

/**
 * Whether the verifier accepts all programs of an object that is about to be loaded. What it refuses is reported on
 * stderr, and what it lets pass with a warning too.
 */
export async function passesVerifier(file: string, spec: ObjectSpec, io: Io): Promise<boolean> {
  const reports = await reportsOn(spec);
  const refused = reports.filter(({ verdict }) => verdict === "fail");
  for (const report of refused) io.stderr.write(reportText(report));
  if (refused.length > 0) {
    io.stderr.write(`winbpf: ${printable(file)}: refused, and not run (--no-verify runs it all the same)\n`);
    return false;
  }
  for (const { program, warnings } of reports) {
    const [first] = warnings;
    if (first === undefined) continue;
    io.stderr.write(
      `winbpf: ${printable(file)}: program ${quote(program)}: ${printable(first.reason)}; winbpf verify says more\n`,
    );
  }
  return true;
}
