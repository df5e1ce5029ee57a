/** On whose behalf programs run: what helpers answer about the current process, thread and socket. */
export interface Current {
  readonly processId: number;
  readonly threadId: number;
  /** Logon session (LUID). */
  readonly logonId: bigint;
  /** Whether the process is elevated. */
  readonly admin: boolean;
  /** Number of the process that is never used again. */
  readonly processStartKey: bigint;
  /** When the thread was created: 100 ns since 1601. */
  readonly threadCreateTime: bigint;
  readonly socketCookie: bigint;
  readonly flowId: bigint;
}

/** The process that user calls of a simulation come from. */
export const defaultCurrent: Current = {
  processId: 4096,
  threadId: 4100,
  logonId: 0x3e7n,
  admin: true,
  processStartKey: 0x0001_0000_0000_1000n,
  threadCreateTime: 133_000_000_000_000_000n,
  socketCookie: 1n,
  flowId: 1n,
};
