import { parseSid } from "./sid.ts";

/** Whose token a process has. */
export interface User {
  /** `"alice"`. */
  readonly account: string;
  /** `"CONTOSO"`. */
  readonly domain: string;
  /** Security identifier as text, `"S-1-5-21-1-2-3-1001"`. */
  readonly sid: string;
  /** Whether the token is an elevated administrator's. */
  readonly admin: boolean;
  /** Logon session: a LUID. */
  readonly logonId: bigint;
}

/** What a caller says of a user; what is left out, the machine makes up: the same for the same account. */
export type UserOptions = Pick<User, "account"> & Partial<User>;

/** LocalSystem, whose logon session is always 0x3e7 (winnt.h, SYSTEM_LUID). */
export const localSystem: User = {
  account: "SYSTEM",
  domain: "NT AUTHORITY",
  sid: "S-1-5-18",
  admin: true,
  logonId: 0x3e7n,
};

/** The simulated machine's own accounts' domain, and the SID that theirs begin with. */
const MACHINE = "WINBPF";
const MACHINE_SID = "S-1-5-21-1000000001-1000000002-1000000003";
/** Relative identifiers of accounts that people make begin here. */
const FIRST_ACCOUNT = 1001;
const FIRST_LOGON = 0x1_0000n;

/** The accounts of a machine: one name is one user, with one SID and one logon session. */
export class Users {
  readonly #numbers = new Map<string, number>();

  /** The user that `options` mean. Throws `EBPF_INVALID_ARGUMENT` for a SID that is none. */
  get(options: UserOptions | "SYSTEM"): User {
    if (options === "SYSTEM") return localSystem;
    const { account, domain = MACHINE, admin = false } = options;
    const number = this.#number(`${domain}\\${account}`);
    const { sid = `${MACHINE_SID}-${FIRST_ACCOUNT + number}`, logonId = FIRST_LOGON + BigInt(number) } = options;
    parseSid(sid);
    return { account, domain, sid, admin, logonId };
  }

  #number(name: string): number {
    const known = this.#numbers.get(name) ?? this.#numbers.size;
    this.#numbers.set(name, known);
    return known;
  }
}
