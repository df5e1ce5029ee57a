import { describe, expect, it } from "vitest";
import { makeFolders } from "../../src/native/bpf-fs.ts";

describe.skipIf(process.platform !== "linux")("folders for pins", () => {
  // proc makes no folders and says ENOENT, as sysfs does where no bpf file system is mounted on /sys/fs/bpf.
  it("given a file system that makes none, then the error says what to mount, and does not wait for ever", () => {
    expect(() => makeFolders("/proc/winbpf/filter/link", "/proc")).toThrow(
      expect.objectContaining({ code: "EBPF_ACCESS_DENIED", hint: expect.stringMatching(/mount -t bpf/) }),
    );
  });
});
