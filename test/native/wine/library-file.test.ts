import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../../scripts/wine.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "winbpf-dll-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Headers of an image without sections ("PE Format", Microsoft Learn). */
function image({ machine = 0x8664, flags = 0x2022, magic = 0x20b } = {}): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.write("MZ", 0, "latin1");
  bytes.writeUInt32LE(64, 0x3c);
  bytes.write("PE\0\0", 64, "latin1");
  bytes.writeUInt16LE(machine, 68);
  bytes.writeUInt16LE(240, 84);
  bytes.writeUInt16LE(flags, 86);
  bytes.writeUInt16LE(magic, 88);
  return bytes;
}

/** An address that no section holds where the exports are told of. */
function imageWithLostExports(): Buffer {
  const bytes = image();
  bytes.writeUInt32LE(0x1000, 64 + 24 + 112);
  return bytes;
}

const files: Readonly<Record<string, readonly [Uint8Array, string]>> = {
  "an empty file": [Buffer.alloc(0), "no DLL"],
  "a text": [Buffer.from("ebpfapi.dll\n"), "no DLL"],
  "a file of Linux": [Buffer.from("\x7fELF\x02\x01\x01", "latin1"), "ELF"],
  "a program of DOS": [Buffer.concat([Buffer.from("MZ", "latin1"), Buffer.alloc(98)]), "DOS"],
  "the first bytes of one": [image().subarray(0, 70), "no whole DLL"],
  "exports that are cut off": [imageWithLostExports(), "no whole DLL"],
  "a DLL for arm64": [image({ machine: 0xaa64 }), "arm64"],
  "a DLL for 32 bits": [image({ machine: 0x14c, magic: 0x10b }), "32-bit x86"],
  "a program": [image({ flags: 0x22 }), "a program (.exe)"],
  "a DLL that exports nothing": [image(), "exports nothing"],
};

function wine(...args: readonly string[]): { readonly status: number | null; readonly stderr: string } {
  return spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
}

describe("npm run wine, before anything is built for it", () => {
  for (const [what, [content, why]] of Object.entries(files)) {
    it(`given ${what} in the place of ebpfapi.dll, then it says in one line that it cannot be, and why`, () => {
      // Spaces and letters of several scripts, as a person's own folder may have them.
      const path = join(folder, "Ünï 世界.dll");
      writeFileSync(path, content);
      const { status, stderr } = wine("--dll", path);
      expect(stderr).toMatch(/^wine: .*Ünï 世界\.dll cannot be put in the place of ebpfapi\.dll: .*\n$/);
      expect(stderr).toContain(why);
      expect(status).toBe(2);
    });
  }

  it("given a folder, or what is not there, then it says so", () => {
    mkdirSync(join(folder, "a.dll"), { recursive: true });
    expect(wine("--dll", join(folder, "a.dll"))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("no file"),
    });
    expect(wine("--dll", join(folder, "b.dll"))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("no such file"),
    });
  });

  it("given arguments that mean nothing, then it says what can be asked of it", () => {
    for (const args of [["--dll"], ["--version", "1"], ["no-test.ts"], ["--replay", folder, "no-test.ts"]]) {
      expect(wine(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining("usage: npm run wine") });
    }
    expect(wine("--replay", join(folder, "none"))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("no recordings"),
    });
  });
});
