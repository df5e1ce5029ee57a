export type { Capture, CapturedPacket, CaptureInterface } from "./capture.ts";
export { LINK_TYPE_ETHERNET, readCapture } from "./capture.ts";
export type { CaptureWriterOptions } from "./capture-writer.ts";
export { CaptureWriter } from "./capture-writer.ts";
export { internetChecksum, onesComplementSum, replaceInChecksum } from "./checksum.ts";
