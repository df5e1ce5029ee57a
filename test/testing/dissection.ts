import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CaptureWriter } from "../../src/net/index.ts";

const version = spawnSync("tshark", ["--version"], { encoding: "utf8" });

/** Whether Wireshark's dissector is there to judge packets; says so where it is not. */
export function hasTshark(): boolean {
  if (version.status === 0) return true;
  console.log("skipped: tshark is not installed, which judges the packets that are built");
  return false;
}

/** Checksums that tshark looks at only when asked; those of ICMP it always does. */
const preferences = ["ip", "tcp", "udp"].flatMap((name) => ["-o", `${name}.check_checksum:TRUE`]);

/** What tshark reads in each frame: values by field name, several joined by commas. */
export function dissect(frames: readonly Uint8Array[], fields: readonly string[]): Record<string, string>[] {
  const folder = mkdtempSync(join(tmpdir(), "winbpf-packets-"));
  try {
    const path = join(folder, "packets.pcap");
    const writer = new CaptureWriter();
    for (const [index, frame] of frames.entries()) writer.write(frame, BigInt(index) * 1_000_000n);
    writeFileSync(path, Buffer.concat(writer.drain()));
    const wanted = fields.flatMap((field) => ["-e", field]);
    const args = [
      "-r",
      path,
      "-n",
      ...preferences,
      "-T",
      "fields",
      "-E",
      "separator=/t",
      "-E",
      "occurrence=a",
      ...wanted,
    ];
    const { stdout, stderr, status } = spawnSync("tshark", args, { encoding: "utf8", maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(`tshark failed: ${stderr}`);
    const rows = stdout.split("\n").slice(0, -1);
    return rows.map((row) => Object.fromEntries(row.split("\t").map((value, index) => [fields[index], value])));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
