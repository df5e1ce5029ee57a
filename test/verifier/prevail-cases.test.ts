import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { DialectName } from "../../src/verifier/dialect.ts";
import { shared } from "../shared.ts";
import { runCase } from "./prevail/run-case.ts";
import { readCases, readObservations, type YamlCase } from "./prevail/yaml-case.ts";

const SUITES: readonly (readonly [folder: string, dialect: DialectName])[] = [
  ["conformance/prevail", "latest"],
  ["conformance/prevail-0.2.4", "windows-1.6"],
];

const sorted = (lines: readonly string[]): string[] => [...new Set(lines)].sort();

function agrees(testCase: YamlCase, dialect: DialectName): void {
  if (testCase.expectedException !== undefined) {
    expect(() => readObservations(testCase.observe)).toThrow(testCase.expectedException);
    return;
  }
  const outcome = runCase(testCase, dialect);
  expect({ messages: sorted(outcome.messages), post: sorted(outcome.post) }).toEqual({
    messages: sorted(testCase.messages),
    post: sorted(testCase.post),
  });
}

for (const [folder, dialect] of SUITES) {
  const path = shared(folder);
  test.skipIf(path === undefined)(`${folder} has cases`, () => expect(readdirSync(path ?? "")).not.toEqual([]));
  if (path === undefined) continue;
  for (const file of readdirSync(path).filter((name) => name.endsWith(".yaml"))) {
    describe(`given ${folder}/${file} in ${dialect}`, () => {
      for (const testCase of readCases(join(path, file))) {
        test(`${testCase.name}: state and messages agree`, () => agrees(testCase, dialect));
      }
    });
  }
}
