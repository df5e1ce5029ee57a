// Writes what this Node.js ends with into the file that WINBPF_EXIT_CODE names, before its libraries end: some builds
// of ebpfapi.dll never do under wine, and whoever started it has to end it then.
import { writeFileSync } from "node:fs";

const file = process.env.WINBPF_EXIT_CODE;
if (file !== undefined) process.on("exit", (code) => writeFileSync(file, `${code}\n`));
