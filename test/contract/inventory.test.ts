import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { simulate } from "../../src/index.ts";
import { shared } from "../shared.ts";
import { sections } from "./index.ts";
import { simulatedTarget } from "./simulated-target.ts";

const rows = sections.flatMap((section) => section.rows);
const inventory = shared("facts/tests-inventory.md");

/** Rows about netsh, bpftool and bpf2c: what they are about is not here yet. */
const waiting = [93, 128, 129, 130];

describe("the contract", () => {
  it("has no row twice, and a check for each", () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    expect(rows.filter(({ check }) => check === undefined).map(({ id }) => id)).toEqual([]);
  });

  it("excuses only rows that exist, and docs/fidelity.md says which the simulated kernel cannot hold", () => {
    const fidelity = readFileSync(resolve(import.meta.dirname, "../../docs/fidelity.md"), "utf8");
    for (const [id, reason] of simulatedTarget(simulate).exceptions) {
      expect(rows.map((row) => row.id)).toContain(id);
      expect(fidelity).toContain(`| ${id} | ${reason} |`);
    }
  });

  it.skipIf(inventory === undefined)("has a row for each of the behaviour inventory, but for those that wait", () => {
    const text = readFileSync(inventory ?? "", "utf8");
    const numbers = [...text.matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number));
    expect(numbers).toHaveLength(130);
    const held = new Set(rows.map(({ id }) => Number.parseInt(id, 10)));
    expect(numbers.filter((number) => !held.has(number))).toEqual(waiting);
  });
});
