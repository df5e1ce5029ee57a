import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** A veth pair: one end here, the other in a network namespace of its own. */
export class VethPair {
  readonly ifIndex: number;
  readonly name: string;
  readonly #space: string;
  readonly #network: string;

  constructor() {
    // A namespace goes some time after it is deleted: no name is used twice.
    const id = randomInt(100_000);
    this.name = `wbpf${id}`;
    this.#space = `winbpf-${id}`;
    this.#network = `10.${100 + (id % 100)}.${(id >> 4) % 250}`;
    run("ip", "netns", "add", this.#space);
    try {
      run("ip", "link", "add", this.name, "type", "veth", "peer", "name", "peer", "netns", this.#space);
      run("ip", "addr", "add", `${this.#network}.1/24`, "dev", this.name);
      run("ip", "link", "set", this.name, "up");
      run("ip", "-n", this.#space, "addr", "add", `${this.#network}.2/24`, "dev", "peer");
      run("ip", "-n", this.#space, "link", "set", "peer", "up");
      this.ifIndex = Number(run("cat", `/sys/class/net/${this.name}/ifindex`));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Sends echo requests from the other end; how many were answered. */
  ping(count: number): number {
    try {
      const options = ["-c", String(count), "-i", "0.05", "-W", "1", "-s", "56"];
      const text = run("ip", "netns", "exec", this.#space, "ping", ...options, `${this.#network}.1`);
      return Number(/(\d+) received/.exec(text)?.[1]);
    } catch {
      // ping fails where nothing came back.
      return 0;
    }
  }

  close(): void {
    run("ip", "netns", "del", this.#space);
  }
}

/** Why there can be no veth pair here; undefined where there can. */
export function whyNoVeth(): string | undefined {
  try {
    new VethPair().close();
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  }
}
