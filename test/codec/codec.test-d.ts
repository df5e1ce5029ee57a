import { expectTypeOf } from "vitest";
import {
  array,
  be16,
  bool,
  btfCodec,
  bytes,
  type Codec,
  type CodecValue,
  decodeValue,
  encodeValue,
  f64,
  ipv4,
  struct,
  text,
  u8,
  type u32,
  u64,
} from "../../src/codec/index.ts";

// Checked by the type checker (`npm run typecheck`), never run.

const flow = struct({ source: ipv4, port: be16, stats: array(struct({ packets: u64, bytes: u64 }), 4) });
expectTypeOf<CodecValue<typeof flow>>().toEqualTypeOf<{
  source: string;
  port: number;
  stats: { packets: bigint; bytes: bigint }[];
}>();

expectTypeOf<CodecValue<typeof u32>>().toEqualTypeOf<number>();
expectTypeOf(decodeValue(u64, new Uint8Array(8))).toEqualTypeOf<bigint>();
expectTypeOf(bytes(6)).toEqualTypeOf<Codec<Uint8Array>>();
expectTypeOf(text(6)).toEqualTypeOf<Codec<string>>();
expectTypeOf(array(array(bool, 2), 3)).toEqualTypeOf<Codec<boolean[][]>>();
expectTypeOf(struct({ rate: f64 }, { packed: true })).toEqualTypeOf<Codec<{ rate: number }>>();
expectTypeOf(btfCodec({ types: [] }, 1)).toEqualTypeOf<Codec<unknown>>();
expectTypeOf(u8).toExtend<Codec<unknown>>();

// @ts-expect-error 64-bit integers are bigint
encodeValue(u64, 1);
// @ts-expect-error a member is missing
encodeValue(struct({ a: u8, b: u8 }), { a: 1 });
// @ts-expect-error a member too many
encodeValue(struct({ a: u8 }), { a: 1, b: 2 });
// @ts-expect-error the wrong type of a member
encodeValue(flow, { source: 1, port: 2, stats: [] });
