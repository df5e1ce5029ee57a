import { printable } from "../../printable.ts";
import { type MatcherResult, member } from "./matcher-result.ts";

/** What became of something that hooks decide on, in words: `refused by "filter" (cgroup/connect4 said 0)`. */
function story(received: unknown): string {
  const allowed = member(received, "allowed");
  if (received instanceof Promise) return "there is no decision yet: await what connect(), bind() or start() gives";
  if (typeof allowed !== "boolean") return "there is no decision: give what connect(), bind() or start() gave";
  const by = member(received, "by");
  const error = member(received, "error");
  const redirectedTo = member(received, "redirectedTo");
  const words = [
    allowed ? "it was allowed" : "it was refused",
    typeof by === "string" ? ` by ${JSON.stringify(by)}` : "",
    typeof redirectedTo === "string" ? `, redirected to ${redirectedTo}` : "",
    error instanceof Error ? `, because its run failed: ${error.message}` : "",
  ];
  return printable(words.join("") + runsText(member(received, "runs")));
}

function runsText(runs: unknown): string {
  if (!Array.isArray(runs) || runs.length === 0) return "";
  const lines = runs.map((run) => `${member(run, "hook")}: ${member(run, "program")} returned ${member(run, "value")}`);
  return ` (${lines.join("; ")})`;
}

function result(pass: boolean, wanted: string, received: unknown): MatcherResult {
  return { pass, message: () => `expected it ${pass ? "not " : ""}${wanted}, but ${story(received)}` };
}

/** The operation took place. */
export function toBeAllowed(received: unknown): MatcherResult {
  return result(member(received, "allowed") === true, "to be allowed", received);
}

/** A program refused it. */
export function toBeRefused(received: unknown): MatcherResult {
  return result(member(received, "allowed") === false, "to be refused", received);
}

/** The program of this name refused it. */
export function toBeRefusedBy(received: unknown, program: string): MatcherResult {
  const pass = member(received, "allowed") === false && member(received, "by") === program;
  return result(pass, `to be refused by ${printable(JSON.stringify(program))}`, received);
}

/** It was allowed, and goes to another address: `"10.0.0.1:443"`. */
export function toBeRedirectedTo(received: unknown, address: string): MatcherResult {
  const redirectedTo = member(received, "redirectedTo");
  const pass = member(received, "allowed") === true && redirectedTo === address;
  const kept =
    member(received, "allowed") === true && redirectedTo === undefined ? ", and goes where it was to go" : "";
  const { message } = result(pass, `to be redirected to ${printable(address)}`, received);
  return { pass, message: () => message() + kept, actual: redirectedTo, expected: address };
}
