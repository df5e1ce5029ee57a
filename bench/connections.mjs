// Connections of the simulated machine: a connect4 program, then a connect_authorization4 program, on every one.
import { resolve } from "node:path";
import { simulate } from "../lib/index.js";

const programs = resolve(import.meta.dirname, "../test/programs");

/** Nanoseconds of one connection through both stages, opened and closed: the median of five runs. */
async function connection(count) {
  const kernel = simulate();
  const proxy = await kernel.load(resolve(programs, "redirect_proxy.o"));
  const list = await kernel.load(resolve(programs, "allow_list.o"));
  await proxy.programs.get("redirect4").attach();
  await list.programs.get("allow4").attach();
  list.maps.get("allowed4").set({ bits: 8, address: Uint8Array.of(10, 0, 0, 0) }, 1);
  const runs = [];
  for (let run = 0; run <= 5; run++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; i++) {
      const { socket } = await kernel.network.connect({ to: "10.0.0.1:443" });
      socket.close();
    }
    runs.push(Number(process.hrtime.bigint() - start) / count);
  }
  kernel.close();
  // The first run warms up.
  return runs.slice(1).sort((a, b) => a - b)[2];
}

/** Rows as `kernelBench` gives them. */
export async function connectionRates({ quick = false } = {}) {
  const nanoseconds = await connection(quick ? 2_000 : 20_000);
  return [{ name: "connect4 and connect_authorization4, one connection", nanoseconds }];
}
