import { describe, it } from "vitest";
import { contract } from "../contract/index.ts";
import { libbpfTarget } from "./libbpf-target.ts";
import { whyNoLibbpf } from "./usable.ts";

const why = whyNoLibbpf();

if (why === undefined) contract(libbpfTarget);
else describe("the contract on the libbpf runtime", () => it.skip(`needs Linux' kernel (${why})`, () => {}));
