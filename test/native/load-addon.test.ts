import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { loadAddon, openNative } from "../../src/native/index.ts";

const folders: string[] = [];
const folder = () => {
  const path = mkdtempSync(join(tmpdir(), "winbpf-addon-"));
  folders.push(path);
  return path;
};

/** Where a build is looked for, and where a published file is: PREBUILDS_ONLY leaves out the first. */
const places = ["build/Release/winbpf.node", `prebuilds/${process.platform}-${process.arch}/winbpf.node`];
const plant = (root: string, content: string) => {
  for (const place of places) {
    mkdirSync(join(root, place, ".."), { recursive: true });
    writeFileSync(join(root, place), content);
  }
};

afterEach(() => {
  delete process.env["WINBPF_PREBUILD"];
  for (const path of folders.splice(0)) rmSync(path, { recursive: true });
});

describe("loading the addon", () => {
  // How release.yml tests the files that it publishes: one that does not load must not pass for one that is not there.
  it.runIf(process.env["PREBUILDS_ONLY"] === "1")("given a package to publish, then its prebuilt addon loads", () => {
    const { addon, ...rest } = loadAddon();
    expect(rest).toMatchObject({ path: expect.stringContaining("prebuilds") });
    expect(addon?.count()).toMatchObject({ handles: expect.any(Number) });
  });

  it("given a package without a build, then no addon, and why says what is missing", () => {
    const loaded = loadAddon(folder());
    expect(loaded).toMatchObject({ addon: undefined, why: expect.stringMatching(/No native build was found for/) });
  });

  it("given a build that is no addon, then why has the system's reason", () => {
    const root = folder();
    plant(root, "not an addon");
    expect(loadAddon(root)).toMatchObject({ addon: undefined, why: expect.stringMatching(/winbpf\.node/) });
  });

  it("given a variable that points elsewhere, then what lies there is not loaded", () => {
    const root = folder();
    const planted = folder();
    writeFileSync(join(root, "package.json"), '{"name":"winbpf"}');
    plant(planted, "planted");
    process.env["WINBPF_PREBUILD"] = planted;
    expect(loadAddon(root)).toMatchObject({ addon: undefined, why: expect.stringMatching(/lies outside the package/) });
  });
});

describe("opening a native runtime", () => {
  it("given no addon, then it is absent, and why keeps the reason", () => {
    const status = openNative("libbpf", {}, () => ({ addon: undefined, why: "the disk is full" }));
    expect(status).toEqual({
      state: "absent",
      why: "there is no native addon: the disk is full",
      hint: expect.stringMatching(/npm run build/),
    });
  });

  it("given a path that is not absolute, then it is refused", () => {
    const status = openNative("libbpf", { library: "libbpf.so.1" });
    if (status.state === "absent") expect(status.why).toMatch(/no native addon|not for/);
    else expect(status).toMatchObject({ state: "unusable", error: { code: "EBPF_UNAVAILABLE" } });
  });

  it("given a path where nothing is, then it is absent", () => {
    const status = openNative("libbpf", { library: join(folder(), "libbpf.so.1") });
    expect(status).toMatchObject({ state: "absent" });
  });
});
