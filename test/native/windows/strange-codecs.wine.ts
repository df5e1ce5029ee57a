import { describe } from "vitest";
import { openRuntime } from "../../../src/index.ts";
import { strangeCodecs } from "../../runtime/strange-codecs.ts";

describe("maps of ebpfapi", () => strangeCodecs(() => openRuntime("windows")));
