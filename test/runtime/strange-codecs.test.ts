import { describe } from "vitest";
import { simulate } from "../../src/index.ts";
import { strangeCodecs } from "./strange-codecs.ts";

describe("maps of a simulated kernel", () => strangeCodecs(() => simulate()));
