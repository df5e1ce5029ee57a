import { expect, it } from "vitest";
import { parse } from "../../src/elf/index.ts";
import { writeObjectFile } from "../../src/native/object-file.ts";
import { MapType } from "../../src/platform/index.ts";

const wide = [0x18, 0x11, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0];
const end = [0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0];

it("given a program of a map of maps, when its object file is read, then program, maps and template are found there", () => {
  const spec = parse(
    writeObjectFile({
      program: "nested",
      section: "bind/nested",
      code: Uint8Array.from([...wide, ...end]),
      loads: [{ slot: 0, map: 0 }],
      maps: [
        { name: "m0", type: MapType.HASH_OF_MAPS, keySize: 4, valueSize: 4, maxEntries: 3, inner: 1 },
        { name: "m1", type: MapType.ARRAY, keySize: 4, valueSize: 40, maxEntries: 2, inner: undefined },
      ],
    }),
  );
  expect(spec.programs).toMatchObject([
    { name: "nested", section: "bind/nested", type: "bind", references: [{ slot: 0, kind: "map", map: "m0" }] },
  ]);
  expect(spec.programs[0]?.code).toHaveLength(32);
  expect(spec.maps).toMatchObject([
    {
      name: "m0",
      type: MapType.HASH_OF_MAPS,
      keySize: 4,
      valueSize: 4,
      maxEntries: 3,
      pinByName: true,
      inner: { name: "m1", type: MapType.ARRAY, keySize: 4, valueSize: 40, maxEntries: 2 },
    },
    { name: "m1", pinByName: true },
  ]);
});

it("given more maps than one section of text holds in a page, then every wide load has its map", () => {
  const count = 300;
  const maps = Array.from({ length: count }, (_, index) => ({
    name: `m${index}`,
    type: MapType.ARRAY,
    keySize: 4,
    valueSize: index + 1,
    maxEntries: 1,
    inner: undefined,
  }));
  const spec = parse(
    writeObjectFile({
      program: "many",
      section: "xdp",
      code: Uint8Array.from([...maps.flatMap(() => wide), ...end]),
      loads: maps.map((_, map) => ({ slot: 2 * map, map })),
      maps,
    }),
  );
  expect(spec.programs[0]?.references).toEqual(
    maps.map(({ name }, index) => ({ slot: 2 * index, kind: "map", map: name })),
  );
  expect(spec.maps.map(({ valueSize }) => valueSize)).toEqual(maps.map(({ valueSize }) => valueSize));
});
