import { describe } from "vitest";
import { openRuntime } from "../../src/index.ts";
import { strangeCodecs } from "../runtime/strange-codecs.ts";
import { whyNoLibbpf } from "./usable.ts";

const why = whyNoLibbpf();

describe.skipIf(why !== undefined)(`maps of Linux${why === undefined ? "" : ` (skipped: ${why})`}`, () =>
  strangeCodecs(() => openRuntime("libbpf")),
);
