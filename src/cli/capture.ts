import { EbpfError } from "../errors.ts";
import { type Capture, LINK_TYPE_ETHERNET, readCapture } from "../net/index.ts";
import { ExitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";
import { readBytes } from "./read-file.ts";

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

const refuseOtherLayers = (capture: Capture): void => {
  if (capture.interfaces.every(({ linkType }) => linkType === LINK_TYPE_ETHERNET)) return;
  let number = 0;
  for (const packet of capture) {
    number++;
    const linkType = capture.interfaces[packet.interface]?.linkType ?? capture.linkType;
    if (linkType === LINK_TYPE_ETHERNET) continue;
    const name = OTHER_LAYERS.get(linkType);
    const layer = `link type ${linkType}${name === undefined ? "" : ` (${name})`}`;
    throw new EbpfError("EBPF_INVALID_CAPTURE", `packet ${number} is of ${layer}, not Ethernet`, {
      hint: "XDP programs see Ethernet frames: capture on one Ethernet interface.",
    });
  }
};

/** Reads a capture of Ethernet frames. Throws a `Failure` with exit code 2. */
export async function readEthernetCapture(path: string): Promise<Capture> {
  const bytes = await readBytes(path);
  try {
    const capture = readCapture(bytes);
    refuseOtherLayers(capture);
    return capture;
  } catch (error) {
    if (error instanceof EbpfError) throw new Failure(error, path, ExitCode.USAGE);
    throw error;
  }
}
