// Writes what this Node.js ends with into the file that WINBPF_EXIT_CODE names, before its libraries end: some builds
// of ebpfapi.dll never do under wine, and whoever started it has to end it then.
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const file = process.env.WINBPF_EXIT_CODE;
// Threads are given this module, too, and their ends are not the process's.
if (file !== undefined && isMainThread) process.on("exit", (code) => writeFileSync(file, `${code}\n`));
