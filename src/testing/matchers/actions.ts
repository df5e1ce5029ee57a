import { printable } from "../../printable.ts";
import { XdpAction } from "../../simulated/index.ts";
import { type MatcherResult, member } from "./matcher-result.ts";

const names: readonly (readonly [name: string, value: number])[] = Object.entries(XdpAction);

/** The number as a test would name it. */
function actionName(action: number): string {
  return names.find(([, value]) => value === action)?.[0] ?? String(action);
}

/** What an XDP program said: of a packet that was received, of a test run, or the number itself. */
function actionOf(received: unknown): number | undefined {
  const action = member(received, "action") ?? member(received, "returnValue") ?? received;
  return typeof action === "number" ? action : undefined;
}

/** A matcher for one action of XDP programs. */
export function actionMatcher(wanted: number): (received: unknown) => MatcherResult {
  return (received) => {
    const action = actionOf(received);
    const program = member(received, "program");
    const who = typeof program === "string" ? `program ${printable(JSON.stringify(program))}` : "the XDP program";
    const said = action === undefined ? "there is no verdict: give what receive() or run() gave" : actionName(action);
    const pass = action === wanted;
    return {
      pass,
      message: () => `expected ${who} ${pass ? "not " : ""}to say ${actionName(wanted)}${pass ? "" : `, but: ${said}`}`,
      actual: said,
      expected: actionName(wanted),
    };
  };
}
