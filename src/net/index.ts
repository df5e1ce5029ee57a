export type { Capture, CapturedPacket } from "./capture.ts";
export { LINK_TYPE_ETHERNET, readCapture } from "./capture.ts";
export type { SplitTime } from "./capture-clock.ts";
export type { CaptureInterface } from "./capture-cursor.ts";
export { CaptureReader } from "./capture-reader.ts";
export type { CaptureWriterOptions } from "./capture-writer.ts";
export { CaptureWriter } from "./capture-writer.ts";
export { internetChecksum, onesComplementSum, replaceInChecksum } from "./checksum.ts";
export type { CaptureSource } from "./read-ahead.ts";
