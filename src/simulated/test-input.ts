import { failure } from "../engine/index.ts";
import { EbpfResult } from "../platform/index.ts";
import { DATA_HEADER_BYTES, DROP_EVENT, FLOW_EVENT, PKTMON_HEADER_BYTES } from "./hooks/netevent.ts";
import { type Invocation, noInvocation } from "./invocation.ts";

/** The input of a test run as a driver makes it ready for the program. */
export interface TestInput {
  /** The structure that the program sees. */
  readonly context: Uint8Array;
  readonly data: Uint8Array | undefined;
  /** Bytes at the start of the data that are metadata. */
  readonly metadata: number;
  readonly invocation: Invocation;
  /** What the caller gets back, from the structure as the program left it. */
  readonly giveBack: (context: Uint8Array) => Uint8Array;
  /** The same of the data. */
  readonly giveBackData: (data: Uint8Array) => Uint8Array;
}

type Arrange = (context: Uint8Array, data: Uint8Array | undefined) => TestInput;

const asGiven: Arrange = (context, data) => ({
  context,
  data,
  metadata: 0,
  invocation: noInvocation,
  giveBack: (after) => after,
  giveBackData: (after) => after,
});

/** bind: an app id may be a path, of which the program sees what follows the last backslash. */
const bind: Arrange = (context, data) => {
  if (data === undefined) return asGiven(context, data);
  const text = Buffer.from(data).toString("utf16le");
  return asGiven(context, data.slice(2 * (text.lastIndexOf("\\") + 1)));
};

/** Offsets in `bpf_sock_addr_test_context_t` (include/ebpf_nethooks.h), and its bytes. */
const sockAddrTest = { version: 0, size: 8, totalSize: 16, context: 24, network: 88, bytes: 120 } as const;
const SOCK_ADDR_BYTES = 64;
const VERSION = 1;

/** sock_addr: the plain structure, or the longer one that brings a network context along. */
const sockAddr: Arrange = (context, data) => {
  const form = sockAddrTest;
  if (context.length < form.bytes) return asGiven(context, data);
  const view = new DataView(context.buffer, context.byteOffset, context.byteLength);
  const whole = BigInt(form.bytes);
  const isValid =
    view.getUint16(form.version, true) === VERSION &&
    view.getBigUint64(form.size, true) === whole &&
    view.getBigUint64(form.totalSize, true) === whole &&
    view.getUint32(form.network, true) === VERSION;
  if (!isValid) throw refuse("A context of 120 bytes or more is a bpf_sock_addr_test_context_t: its header is wrong");
  const networkContext = {
    interfaceType: view.getUint32(form.network + 4, true),
    tunnelType: view.getUint32(form.network + 8, true),
    nextHopInterfaceLuid: view.getBigUint64(form.network + 16, true),
    subInterfaceIndex: view.getUint32(form.network + 24, true),
  };
  const original = context.slice(0, form.bytes);
  return {
    ...asGiven(context.subarray(form.context, form.context + SOCK_ADDR_BYTES), data),
    invocation: { networkContext },
    giveBack: (after) => {
      original.set(after, form.context);
      return original;
    },
  };
};

/**
 * Offsets in ntosebpfext's process_notify_context_t: its header, `process_md_t`, two kernel pointers, then UNICODE_STRINGs
 * of 16 bytes (length, capacity, pointer) for command line, image, account and domain; and its bytes.
 */
const processTest = {
  md: 64,
  mdBytes: 144,
  sidSize: 136,
  kernelPointers: 208,
  strings: 224,
  lookupDone: 288,
  bytes: 296,
} as const;
const STRINGS = 4;
const STRING_BYTES = 16;

/** process: the driver's own structure, and the bytes of all four texts one behind the other. */
const process: Arrange = (context, data = new Uint8Array(0)) => {
  const form = processTest;
  if (context.length < form.bytes) throw refuse(`A context of process programs has ${form.bytes} bytes`);
  const view = new DataView(context.buffer, context.byteOffset, context.byteLength);
  const texts: Uint8Array[] = [];
  let from = 0;
  for (let i = 0; i < STRINGS; i++) {
    const length = view.getUint16(form.strings + STRING_BYTES * i, true);
    if (length > view.getUint16(form.strings + STRING_BYTES * i + 2, true))
      throw refuse("A text is too long for itself");
    texts.push(data.slice(from, from + length));
    from += length;
  }
  if (data.length === 0 || data.length < from) throw refuse("The data has fewer bytes than its texts");
  const [command, image, account, domain] = texts;
  // Names are looked up by the SID: without one there are none, unless the lookup is said to be done.
  const named = view.getUint32(form.sidSize, true) !== 0 || context[form.lookupDone] !== 0;
  const original = context.slice(0, form.bytes);
  original.fill(0, form.kernelPointers, form.strings);
  return {
    ...asGiven(context.subarray(form.md, form.md + form.mdBytes), command),
    invocation: {
      texts: {
        image: image ?? new Uint8Array(0),
        account: named ? account : undefined,
        domain: named ? domain : undefined,
      },
    },
    giveBack: (after) => {
      original.set(after, form.md);
      for (let i = 0; i < STRINGS; i++) {
        original.fill(0, form.strings + STRING_BYTES * i + 8, form.strings + STRING_BYTES * (i + 1));
      }
      return original;
    },
    giveBackData: (after) => new Uint8Array(Buffer.concat([after, ...texts.slice(1)])),
  };
};

/** netevent: the data begins with a header that says the event's type, and PktMon's header behind that. */
const netevent: Arrange = (context, data = new Uint8Array(0)) => {
  if (data.length < DATA_HEADER_BYTES) throw refuse("The data is shorter than its header");
  if (data[0] !== DROP_EVENT && data[0] !== FLOW_EVENT) throw refuse(`${data[0]} is no type of event`);
  return { ...asGiven(context, data), metadata: DATA_HEADER_BYTES + PKTMON_HEADER_BYTES };
};

const forms: Readonly<Record<string, Arrange>> = {
  bind,
  sock_addr: sockAddr,
  process,
  netevent_monitor: netevent,
};

/** Makes the input of a test run ready as Windows' drivers do. Throws `EBPF_INVALID_ARGUMENT` where they refuse. */
export function arrangeAsWindows(type: string, context: Uint8Array, data: Uint8Array | undefined): TestInput {
  return (forms[type] ?? asGiven)(context, data);
}

/** The same for upstream's stand-ins, which take input as it is. */
export function arrangeAsGiven(_type: string, context: Uint8Array, data: Uint8Array | undefined): TestInput {
  return asGiven(context, data);
}

function refuse(message: string): Error {
  return failure(EbpfResult.INVALID_ARGUMENT, message);
}
