import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "winbpf-types-"));
const tsc = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...args], { encoding: "utf8" });

/** A project that uses every door of the package: its types as they are published, with what is internal left out. */
beforeAll(() => {
  const installed = join(folder, "node_modules/winbpf");
  mkdirSync(installed, { recursive: true });
  mkdirSync(join(folder, "node_modules/@types"));
  copyFileSync(join(root, "package.json"), join(installed, "package.json"));
  symlinkSync(join(root, "node_modules/@types/node"), join(folder, "node_modules/@types/node"), "junction");
  symlinkSync(join(root, "node_modules/undici-types"), join(folder, "node_modules/undici-types"), "junction");
  const emitted = tsc("-p", join(root, "tsconfig.build.json"), "--outDir", join(installed, "lib"));
  expect(emitted).toMatchObject({ status: 0, stdout: "" });
  writeFileSync(
    join(folder, "main.ts"),
    `import { EbpfError, MapType, openRuntime, perCpu, type Runtime, reportText, simulate, u32, u64, VerifierError } from "winbpf";
import { libbpf } from "winbpf/libbpf";
import { coverage, eth, ipv4, packet, udp } from "winbpf/testing";

export async function main(runtime: Runtime, signal: AbortSignal): Promise<bigint | undefined> {
  using object = await runtime.load("x.o", { globals: { port: 53 } });
  using link = await object.programs.get("x").attach({ ifIndex: 3 });
  const map = runtime.createMap({ type: MapType.HASH, key: u32, value: u64, maxEntries: 1 });
  const counts: bigint[] | undefined = runtime
    .createMap({ type: MapType.PERCPU_HASH, key: u32, value: perCpu(u64, runtime.cpus), maxEntries: 1 })
    .get(1);
  for await (const { data, cpu, lost } of map.records({ signal })) console.log(data.length, cpu, lost, counts, link.info.id);
  console.log(coverage(object).report.summary, packet(eth(), ipv4(), udp()), libbpf(openRuntime()));
  const batch = simulate().network.batch({ packets: 8 });
  batch.receive(1);
  return map.get(1);
}

export function told(error: unknown): string {
  if (error instanceof VerifierError) return reportText(error.report);
  if (error instanceof EbpfError && error.code === "EBPF_NOT_FOUND") return error.hint ?? error.message;
  throw error;
}
`,
  );
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ["node16", "node16", "module"],
  ["nodenext", "nodenext", "module"],
  ["nodenext", "nodenext", "commonjs"],
  ["esnext", "bundler", "module"],
])(
  "given a strict project of module %s, resolution %s and type %s, then it compiles, and so do our types",
  (...how) => {
    const [module, moduleResolution, type] = how;
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type }));
    const compilerOptions = {
      module,
      moduleResolution,
      target: "es2022",
      lib: ["es2022", "esnext.disposable"],
      types: ["node"],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      // Whoever checks the types of libraries checks ours.
      skipLibCheck: false,
      noEmit: true,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
    expect(tsc("-p", folder).stdout).toBe("");
  },
);
