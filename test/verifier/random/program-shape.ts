import { generalHelpers, linuxSectionType, programTypes, specificHelpers } from "../../../src/platform/index.ts";
import {
  type ArgumentType,
  linuxContexts,
  linuxHelpers,
  linuxKernelFunctions,
  linuxProgramTypes,
  type ReturnType,
} from "../../../src/platform/linux/index.ts";
import type { Platform } from "../../../src/spec/index.ts";
import { linuxPlatform } from "../../../src/verifier/platform/index.ts";

/** What a random program may call. */
export interface Callee {
  readonly id: number;
  readonly name: string;
  readonly returns: ReturnType;
  readonly arguments: readonly ArgumentType[];
  readonly reallocatesPacket: boolean;
  /** A function of the kernel's BTF, not a helper. */
  readonly isKernelFunction: boolean;
}

/** A program type as the generator sees it. */
export interface Shape {
  readonly platform: Platform;
  readonly type: string;
  readonly section: string;
  /** Bytes. */
  readonly contextSize: number;
  /** Offsets in the context; -1 where there is none. */
  readonly data: number;
  readonly end: number;
  readonly meta: number;
  /** Bytes of a pointer field. */
  readonly pointerBytes: number;
  readonly callees: readonly Callee[];
}

type Row = Pick<Callee, "id" | "name" | "returns" | "arguments"> & { readonly reallocatesPacket?: boolean };

const callee = (row: Row, isKernelFunction = false): Callee => ({
  id: row.id,
  name: row.name,
  returns: row.returns,
  arguments: row.arguments,
  reallocatesPacket: row.reallocatesPacket === true,
  isKernelFunction,
});

const windowsShapes: readonly Shape[] = programTypes.flatMap(({ name, sectionPrefixes, context }) => {
  const [section] = sectionPrefixes;
  if (section === undefined || context === undefined) return [];
  const callees = [...(specificHelpers[name] ?? []), ...generalHelpers].map((row) => callee(row));
  const { size: contextSize, data, end, meta } = context;
  return [
    { platform: "windows" as const, type: name, section, contextSize, data, end, meta, pointerBytes: 8, callees },
  ];
});

/** Sections of Linux programs: every kind of context, with and without the right to sleep or to leak. */
const LINUX_SECTIONS = [
  "xdp",
  "socket",
  "classifier",
  "cgroup/skb",
  "cgroup/connect4",
  "cgroup/sock",
  "kprobe/f",
  "sockops",
  "sk_msg",
  "sk_reuseport/f",
  "flow_dissector",
  "fentry/f",
  "fentry.s/f",
  "sk_lookup/f",
  "syscall/f",
  "lwt_xmit",
] as const;

const linuxShapes: readonly Shape[] = LINUX_SECTIONS.flatMap((section) => {
  const type = linuxSectionType(section);
  const verified = linuxPlatform.programType(type, section);
  const row = linuxProgramTypes.find(({ name }) => name === type);
  if (verified === undefined || row === undefined) return [];
  const { size: contextSize, data, end, meta } = linuxContexts[row.context];
  const helpers = linuxHelpers
    .filter(({ id }) => linuxPlatform.isHelperUsable(id, verified))
    .map((each) => callee(each));
  const functions = linuxKernelFunctions.map((each) => callee(each, true));
  const pointerBytes = end - data === 4 ? 4 : 8;
  return [
    {
      platform: "linux" as const,
      type,
      section,
      contextSize,
      data,
      end,
      meta,
      pointerBytes,
      callees: [...helpers, ...functions],
    },
  ];
});

export const SHAPES: Readonly<Record<Platform, readonly Shape[]>> = { windows: windowsShapes, linux: linuxShapes };
