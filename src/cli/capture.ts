import { type FileHandle, open } from "node:fs/promises";
import { EbpfError } from "../errors.ts";
import { CaptureReader, type CaptureSource, LINK_TYPE_ETHERNET } from "../net/index.ts";
import { ExitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";
import { fileFailure } from "./read-file.ts";

/** Link layers that people capture by mistake, and how (numbers: tcpdump.org/linktypes.html). */
const OTHER_LAYERS: ReadonlyMap<number, string> = new Map([
  [0, "BSD loopback"],
  [101, "raw IP, as from a tunnel"],
  [105, "802.11"],
  [108, "OpenBSD loopback"],
  [113, "Linux cooked, as from tcpdump -i any"],
  [127, "802.11 with radiotap"],
  [276, "Linux cooked 2, as from tcpdump -i any"],
]);

/** A capture of Ethernet frames that has been looked through from end to end. */
export interface EthernetCapture {
  readonly source: CaptureSource;
  /** Number of whole packets. */
  readonly packets: number;
  /** Whether the file ends inside a packet. */
  readonly truncated: boolean;
  close(): Promise<void>;
}

const refuseOtherLayer = ({ interfaces, packets }: CaptureReader, index: number): void => {
  const linkType = interfaces[index]?.linkType ?? LINK_TYPE_ETHERNET;
  if (linkType === LINK_TYPE_ETHERNET) return;
  const name = OTHER_LAYERS.get(linkType);
  const layer = `link type ${linkType}${name === undefined ? "" : ` (${name})`}`;
  throw new EbpfError("EBPF_INVALID_CAPTURE", `packet ${packets} is of ${layer}, not Ethernet`, {
    hint: "XDP programs see Ethernet frames: capture on one Ethernet interface.",
  });
};

const inMemory = (bytes: Uint8Array): CaptureSource => ({
  size: bytes.length,
  read: async (into, offset) => {
    const piece = bytes.subarray(offset, offset + into.length);
    into.set(piece);
    return piece.length;
  },
});

const inFile = (file: FileHandle, size: number): CaptureSource => ({
  size,
  read: async (into, offset) => (await file.read(into, 0, into.length, offset)).bytesRead,
});

/** What a pipe brings has to be kept, for it is read twice; a file can be larger than the memory. */
const sourceOf = async (file: FileHandle): Promise<CaptureSource> => {
  const stat = await file.stat();
  if (stat.isFile()) return inFile(file, stat.size);
  // A device may never end.
  if (!stat.isFIFO()) throw new Error(stat.isDirectory() ? "it is a directory" : "it is no file");
  return inMemory(await file.readFile());
};

/** Looks through a capture, so that nothing is run or written for one that is broken. */
const check = async (source: CaptureSource): Promise<CaptureReader> => {
  const reader = await CaptureReader.open(source);
  let checked = -1;
  while (await reader.load()) {
    while (reader.next()) {
      const index = reader.interface;
      if (index !== checked) refuseOtherLayer(reader, index);
      checked = index;
    }
  }
  return reader;
};

/** Opens a capture of Ethernet frames. Throws a `Failure` with exit code 2. */
export async function openEthernetCapture(path: string): Promise<EthernetCapture> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const source = await sourceOf(file);
    const { packets, truncated } = await check(source);
    return { source, packets, truncated, close: file.close.bind(file) };
  } catch (error) {
    await file?.close();
    throw error instanceof EbpfError ? new Failure(error, path, ExitCode.USAGE) : fileFailure(path, "read", error);
  }
}
