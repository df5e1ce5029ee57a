import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { failure } from "../../src/engine/index.ts";
import { results } from "../../src/platform/index.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

const documents = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
  "bench/README.md",
  "test/programs/README.md",
  "test/programs/refused/README.md",
  "test/native/double/README.md",
];

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

  it.each(documents)("%s links only to files and headings that exist", (document) => {
    const links = [...read(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? "");
    const local = links.filter((link) => !/^https?:/.test(link));
    const broken = local.filter((link) => {
      const [path = "", heading] = link.split("#");
      const target = path === "" ? document : join(dirname(document), path);
      if (!existsSync(join(root, target))) return true;
      return heading !== undefined && !anchors(target).includes(heading);
    });
    expect(broken).toEqual([]);
  });
});

/** Headings of a document as GitHub links to them. */
function anchors(document: string): string[] {
  const headings = [...read(document).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading ?? "");
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
