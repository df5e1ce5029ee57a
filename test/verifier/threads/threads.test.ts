import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loopsInARow, SHAPES } from "../shapes.ts";
import { CompiledPackage, PROGRAMS } from "./package.ts";

let compiled: CompiledPackage;
/** Expressions: programs of 4,000 slots, of some hundred that take long, and of hours without a limit. */
let LARGE: string;
let SLOW: string;
let ENDLESS: string;

beforeAll(() => {
  compiled = new CompiledPackage();
  const load = (name: string, code: Uint8Array): string =>
    `withCode(readFileSync(${JSON.stringify(compiled.file(name, code))}))`;
  LARGE = load("large", SHAPES["ladder of branches"]?.(4000) ?? new Uint8Array());
  SLOW = load("slow", loopsInARow(100));
  ENDLESS = load("endless", loopsInARow(3000));
}, 300_000);

afterAll(() => compiled.remove());

function said(script: string, lib?: string): unknown {
  const { status, stdout, stderr } = compiled.run(script, lib);
  if (status !== 0) throw new Error(`the script ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

describe("given the compiled package, a thread", () => {
  test("answers what the caller's own thread answers, whatever is asked", () => {
    const script = `
      import { readdirSync } from "node:fs";
      const folder = ${JSON.stringify(PROGRAMS)};
      const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".o")).slice(0, 60);
      const all = { invariants: true, proof: true, logLevel: "verbose", strictDialect: false };
      const custom = { name: "mine", context: { size: 32, data: 0, end: 8, meta: -1 }, helpers: [] };
      const choices = [{}, all, { dialect: "latest", strict: true, budget: { steps: 30 } }, { type: "mine", programTypes: [custom] }, { type: "no_such" }];
      const answer = async (ask, spec, program, options) => {
        try {
          const { statistics, ...rest } = await ask(spec, program, options);
          return { rest, statistics: { ...statistics, milliseconds: 0 } };
        } catch (error) {
          const { name, code, message, hint, native } = error;
          return { name, code, message, hint, native, isOurs: error instanceof EbpfError };
        }
      };
      let count = 0;
      const different = [];
      for (const [at, file] of files.entries()) {
        const spec = parse(readFileSync(folder + "/" + file));
        const options = choices[at % choices.length];
        for (const program of spec.programs) {
          for (const ask of [verify, judge]) {
            const here = await answer(ask, spec, program, { ...options, threads: 0 });
            const there = await answer(ask, spec, program, { ...options, threads: 1 });
            if (isDeepStrictEqual(here, there)) count++;
            else different.push([file, program.name, ask.name]);
          }
        }
      }
      say({ different, isMany: count > 100, hasThreads: threads.length > 0 });`;
    expect(said(script)).toEqual({ different: [], isMany: true, hasThreads: true });
  });

  test("is started for what is large or takes long, and not for what is small", () => {
    const script = `
      const startedFor = async (program) => {
        const before = threads.length;
        await verify(base, program);
        const started = threads.length - before;
        // Another one must not find it waiting.
        await Promise.all(threads.map((thread) => thread.terminate()));
        return started;
      };
      const counts = [await startedFor(${LARGE}), await startedFor(${SLOW})];
      const tiny = withCode([0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0]);
      // Even what is small takes long on a busy machine, the first times.
      let least = 1;
      for (let round = 0; round < 200 && least > 0; round++) least = Math.min(least, await startedFor(tiny));
      say([...counts, least]);`;
    expect(said(script)).toEqual([1, 1, 0]);
  });

  test("is not started where the caller says so, or where what is asked cannot cross", () => {
    const script = `
      class Mine { name = "mine"; context = { size: 32, data: 0, end: 8, meta: -1 }; get helpers() { return []; } }
      const program = { ...${LARGE}, type: "mine" };
      const verdicts = [
        await verify(base, program, { threads: 0, type: "xdp" }),
        await verify(base, program, { programTypes: [new Mine()] }),
        await verify(base, { ...program, resolve: () => 1 }, { type: "xdp" }),
      ];
      say([verdicts.map(({ verdict, type }) => [verdict, type]), threads.length]);`;
    expect(said(script)).toEqual([
      [
        ["pass", "xdp"],
        ["pass", "mine"],
        ["pass", "xdp"],
      ],
      0,
    ]);
  });

  test("is kept for more, then ends by itself, and never keeps the process", () => {
    const script = `
      const large = ${LARGE};
      await verify(base, large);
      // Between two it may take a busy machine longer than a thread waits.
      let isKept = false;
      for (let round = 0; round < 20 && !isKept; round++) {
        const before = threads.length;
        await verify(base, large);
        isKept = threads.length === before;
      }
      const staysFor = setInterval(() => undefined, 1000);
      await once(threads.at(-1), "exit");
      clearInterval(staysFor);
      const before = threads.length;
      await verify(base, large);
      say([isKept, threads.length - before]);`;
    expect(said(script)).toEqual([true, 1]);
  });

  test("is one of no more than there are processors", () => {
    const script = `
      import { availableParallelism } from "node:os";
      const large = ${LARGE};
      const reports = await Promise.all(Array.from({ length: 12 }, (_, i) => verify(base, { ...large, name: "p" + i })));
      const most = availableParallelism();
      say([reports.map(({ program }) => program).join(), threads.length <= most && threads.length >= Math.min(2, most)]);`;
    expect(said(script)).toEqual([Array.from({ length: 12 }, (_, i) => `p${i}`).join(), true]);
  });

  test("verifies what a simulated kernel loads, and explains there what it refuses", () => {
    const script = `
      const runtime = simulate();
      const large = ${LARGE};
      const wrong = { ...large, code: large.code.slice() };
      // r0 = r7, which nothing was written to, in place of r0 = 0.
      wrong.code.set([0xbf, 0x70, 0, 0, 0, 0, 0, 0], 8);
      const loaded = await runtime.load({ ...base, programs: [large] });
      const counts = [threads.length];
      const { name, code, report } = await runtime.load({ ...base, programs: [wrong] }).catch((error) => error);
      say([[...loaded.programs].length, counts[0] > 0, name, code, report.findings[0].category]);
      await runtime.close();`;
    expect(said(script)).toEqual([1, true, "VerifierError", "EBPF_VERIFICATION_FAILED", "initialization"]);
  });

  test("works for a thread of the user's, which may end in the middle of it", () => {
    const worker = compiled.file(
      "user.mjs",
      `${compiled.prelude()}
      import { parentPort } from "node:worker_threads";
      const { verdict } = await verify(base, ${LARGE});
      parentPort.postMessage([verdict, threads.length]);
      process.on("worker", () => parentPort.postMessage("at work"));
      await verify(base, ${ENDLESS}, { budget: { steps: 1e9 }, threads: 1 });`,
    );
    const script = `
      import { Worker } from "node:worker_threads";
      const user = new Worker(${JSON.stringify(worker)});
      const [first] = await once(user, "message");
      await user.terminate();
      const another = new Worker(${JSON.stringify(worker)});
      const [second] = await once(another, "message");
      another.unref();
      say([first, second]);
      process.exit();`;
    expect(said(script)).toEqual([
      ["pass", 1],
      ["pass", 1],
    ]);
  });

  test("does its work while the caller's event loop is idle", () => {
    const script = `
      import { performance } from "node:perf_hooks";
      const large = ${LARGE};
      const activeIn = async (threads) => {
        const before = performance.eventLoopUtilization();
        await verify(base, large, { threads });
        return performance.eventLoopUtilization(before).active;
      };
      await activeIn(1);
      let isIdle = false;
      for (let round = 0; round < 20 && !isIdle; round++) isIdle = (await activeIn(1)) < (await activeIn(0)) / 2;
      say(isIdle);`;
    expect(said(script)).toBe(true);
  });

  test("is ended by a signal wherever it is, and nothing is left of it", () => {
    const script = `
      import { getEventListeners } from "node:events";
      const endless = ${ENDLESS};
      const codeOf = (signal, options) => verify(base, endless, { budget: { steps: 1e9 }, signal, ...options }).catch(({ code }) => code);
      const before = await codeOf(AbortSignal.abort());
      const during = new AbortController();
      const online = new Promise((resolve) => process.once("worker", (worker) => worker.once("online", resolve)));
      const answer = codeOf(during.signal);
      await online;
      setTimeout(() => during.abort(), 20);
      const codes = [before, await answer];
      await once(threads[0], "exit");
      // More than there are threads: the last wait for their turn.
      const waiting = new AbortController();
      const many = Promise.all(Array.from({ length: 300 }, () => codeOf(waiting.signal)));
      setTimeout(() => waiting.abort(), 20);
      codes.push(...new Set(await many));
      const { verdict } = await verify(base, ${LARGE});
      say([codes, getEventListeners(waiting.signal, "abort").length, verdict]);`;
    expect(said(script)).toEqual([["EBPF_ABORTED", "EBPF_ABORTED", "EBPF_ABORTED"], 0, "pass"]);
  });

  test("that dies is an error, not a hang, and another one takes its place", () => {
    const dying = `import { parentPort } from "node:worker_threads";\nparentPort.on("message", () => process.exit(3));\n`;
    const script = `
      const code = async (ask) => ask().catch(({ code, message, hint }) => ({ code, message, hint }));
      const errors = [];
      for (let round = 0; round < 3; round++) errors.push(await code(() => verify(base, small, { threads: 1 })));
      errors.push(await code(() => verifyAll(object, { threads: 2 })));
      say(errors);`;
    const lost = {
      code: "EBPF_NO_MEMORY",
      message: expect.stringContaining("exit code 3"),
      hint: expect.stringContaining("threads: 0"),
    };
    expect(said(script, compiled.withWorker(dying))).toEqual([lost, lost, lost, lost]);
  });

  test("that may not be started is done without", () => {
    const script = `
      import module from "node:worker_threads";
      import { syncBuiltinESMExports } from "node:module";
      module.Worker = class { constructor() { throw new Error("Access to this API has been restricted"); } };
      syncBuiltinESMExports();
      say((await verify(base, ${LARGE})).verdict);`;
    expect(said(script)).toBe("pass");
  });
});

describe("given the compiled package, verifyAll", () => {
  test("gives the same reports on threads as without, in order, and lets the process end", () => {
    const script = `
      const bare = ({ program, verdict, firstError, dialect, exitValue }) => ({ program, verdict, firstError, dialect, exitValue });
      const [alone, together] = [await verifyAll(object, { threads: 0 }), await verifyAll(object, { threads: 3 })];
      say([isDeepStrictEqual(alone.map(bare), together.map(bare)), together.map(({ program }) => program).join()]);`;
    expect(said(script)).toEqual([true, "p0,p1,p2,p3,p4,p5"]);
  });

  test("an error in a thread is the caller's, with its code and hint", () => {
    const script = `
      const error = async (threads) => verifyAll(object, { threads, type: "no_such" })
        .catch(({ name, code, message, hint }) => ({ name, code, message, hint }));
      say([await error(0), await error(2)]);`;
    const [here, there] = said(script) as unknown[];
    expect(here).toMatchObject({ name: "EbpfError", code: "EBPF_INVALID_ARGUMENT" });
    expect(there).toEqual(here);
  });

  test("a signal ends it, before and during, and leaves no listener behind", () => {
    const script = `
      import { getEventListeners } from "node:events";
      const quiet = new AbortController();
      await verifyAll(object, { threads: 2, signal: quiet.signal });
      const aborted = await verifyAll(object, { threads: 2, signal: AbortSignal.abort() }).catch(({ code }) => code);
      const late = new AbortController();
      setTimeout(() => late.abort(), 5);
      const many = { ...object, programs: Array.from({ length: 4000 }, () => object.programs[0]) };
      const during = await verifyAll(many, { threads: 2, signal: late.signal }).catch(({ code }) => code);
      say([getEventListeners(quiet.signal, "abort").length, aborted, during]);`;
    expect(said(script)).toEqual([0, "EBPF_ABORTED", "EBPF_ABORTED"]);
  });
});
