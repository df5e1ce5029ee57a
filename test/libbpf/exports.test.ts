import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { simulate } from "../../src/index.ts";
import { libbpf } from "../../src/libbpf/index.ts";

const text = readFileSync("docs/exports.md", "utf8");
const rows = [...text.matchAll(/^\| `(\w+)` \| (?:`(src\/[\w/.-]+)`|—) \| *(.*?) *\|$/gm)].map(
  ([, name = "", file, why = ""]) => ({ name, file, why }),
);

describe("docs/exports.md", () => {
  it("given its table, then it has 168 exports, and says of each why, or where", () => {
    const there = rows.filter(({ file }) => file !== undefined);
    expect(new Set(rows.map(({ name }) => name)).size).toBe(168);
    expect(rows).toHaveLength(168);
    expect(text).toContain(`All 168 exports, and where \`winbpf/libbpf\` has them: ${there.length}.`);
    for (const { name, file, why } of rows) expect(why === "", name).toBe(file !== undefined);
  });

  it("given the door, then it has the functions that the table names, from the files that it names", () => {
    const door = Object.keys(libbpf(simulate()));
    for (const { name, file } of rows) {
      expect(door.includes(name), name).toBe(file !== undefined);
      if (file !== undefined) expect(readFileSync(file, "utf8").includes(name), `${name} in ${file}`).toBe(true);
    }
  });
});
