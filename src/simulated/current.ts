/** On whose behalf programs run: what helpers answer about the current process and thread. */
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
}
