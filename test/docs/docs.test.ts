import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { failure } from "../../src/engine/index.ts";
import { results } from "../../src/platform/index.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

describe("the documentation", () => {
  it("has a section for every error code, and for no other", () => {
    const codes = [...read("src/errors.ts").matchAll(/^ {2}\| "(EBPF_\w+)"/gm)].map(([, code]) => code);
    const sections = [...read("docs/errors.md").matchAll(/^## (\w+)$/gm)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(10);
    expect(sections.toSorted()).toEqual(codes.toSorted());
  });

  it("says of every result of ebpfapi which code it has", () => {
    const rows = [...read("docs/production.md").matchAll(/^\| (\d+) \| (\w+) \| ([^|]+) \|/gm)].map(
      ([, number, name, codes = ""]) => [Number(number), name, /`(\w+)`/.exec(codes)?.[1]],
    );
    const all = results
      .slice(1)
      .map(({ name }, index) => [index + 1, name.replace(/^EBPF_/, ""), failure(index + 1, "").code]);
    expect(all).toHaveLength(34);
    expect(rows).toEqual(all);
  });

  it("names only files that exist in its table of questions", () => {
    const rows = read("docs/architecture.md")
      .split("\n")
      .filter((line) => line.startsWith("| ") && line.includes("`src/"));
    const paths = rows.flatMap((row) => [...row.matchAll(/`(src\/[\w./-]+)`/g)].map(([, path]) => path));
    expect(paths.length).toBeGreaterThan(12);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("links only to files that exist", () => {
    for (const document of [
      "README.md",
      "docs/architecture.md",
      "docs/fidelity.md",
      "docs/simulated-machine.md",
      "docs/errors.md",
      "docs/native.md",
      "docs/production.md",
      "docs/verifier.md",
    ]) {
      const folder = join(root, document, "..");
      const links = [...read(document).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link]) => link ?? "");
      const local = links.filter((link) => !/^https?:/.test(link));
      expect(local.filter((link) => !existsSync(join(folder, link)))).toEqual([]);
    }
  });
});
