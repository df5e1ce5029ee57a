import { readFile } from "node:fs/promises";
import { parse } from "../../elf/index.ts";
import type { ObjectSpec } from "../../spec/index.ts";
import { type Report, reportText, type VerifyOptions, verify } from "../../verifier/index.ts";
import type { MatcherResult } from "./matcher-result.ts";

export interface ToVerifyOptions extends VerifyOptions {
  /** Name of the one program that counts; all of the object's unless given. */
  readonly program?: string;
}

/** What can be verified: an object's bytes, what `parse` made of them, or the path of its file. */
export type Verifiable = ObjectSpec | Uint8Array | string | URL;

/**
 * Every program of an object (or one, by name) passes the verifier. Where not, the message is the report that
 * `winbpf verify` prints.
 */
export async function toVerify(received: Verifiable, options: ToVerifyOptions = {}): Promise<MatcherResult> {
  const { program: name, ...rest } = options;
  const spec = await read(received);
  const programs = spec.programs.filter((each) => name === undefined || each.name === name);
  const reports: Report[] = [];
  for (const program of programs) reports.push(await verify(spec, program, rest));
  const failed = reports.filter(({ verdict }) => verdict === "fail");
  const pass = reports.length > 0 && failed.length === 0;
  return { pass, message: () => message(reports, failed, name) };
}

async function read(received: Verifiable): Promise<ObjectSpec> {
  if (typeof received === "string" || received instanceof URL) return parse(await readFile(received));
  return received instanceof Uint8Array ? parse(received) : received;
}

function message(reports: readonly Report[], failed: readonly Report[], name: string | undefined): string {
  if (reports.length === 0) {
    return name === undefined ? "the object has no programs" : `the object has no program ${JSON.stringify(name)}`;
  }
  if (failed.length === 0) return `expected a program to be refused, but all ${reports.length} pass the verifier`;
  const counts = `${failed.length} of ${reports.length} programs`;
  return `expected all to pass the verifier, but it refuses ${counts}\n\n${failed.map((report) => reportText(report)).join("\n")}`;
}
