import { describe, expect, test } from "vitest";
import { finish } from "../../../src/turns/index.ts";
import { Interval, type Location, UVALUE, VariableSpace, Zone } from "../../../src/verifier/domain/index.ts";
import { TypeClasses } from "../../../src/verifier/domain/type-classes.ts";
import { joinZones } from "../../../src/verifier/domain/zone-join.ts";
import { T_CTX, T_NUMBER } from "../../../src/verifier/ir/index.ts";

const saved = (space: VariableSpace, frame: string): Location => space.savedRegisters(frame)[0] as Location;

describe("given frames of one depth, which never run at the same time", () => {
  test("when thousands are entered, then a zone has room for one of them", () => {
    const space = new VariableSpace(4096);
    saved(space, "1").variable(UVALUE);
    const slots = space.slotCount;
    for (let call = 2; call < 5000; call++) saved(space, String(call)).variable(UVALUE);
    expect(space.slotCount).toBe(slots);
    saved(space, "1/9").variable(UVALUE);
    expect(space.slotCount).toBe(slots + 1);
  });

  test("when one is left and another entered, then their registers keep their own names, numbers and types", () => {
    const space = new VariableSpace(4096);
    const [first, second] = [saved(space, "1"), saved(space, "2")];
    const zone = Zone.top(space);
    const types = TypeClasses.top(space);
    const register = space.register(6);
    zone.set(first.variable(UVALUE), Interval.constant(5));
    types.assign(first, T_CTX);
    expect(zone.interval(second.variable(UVALUE)).isTop).toBe(true);
    expect(types.lines()).toEqual(["1/r6.type=ctx"]);
    zone.renameVariable(first.variable(UVALUE), register.variable(UVALUE));
    types.rename(first, register);
    zone.set(second.variable(UVALUE), Interval.constant(8));
    types.assign(second, T_NUMBER);
    expect(zone.interval(register.variable(UVALUE)).constant).toBe(5);
    expect(zone.interval(first.variable(UVALUE)).isTop).toBe(true);
    expect(zone.interval(second.variable(UVALUE)).constant).toBe(8);
    expect(types.lines().sort()).toEqual(["2/r6.type=number", "r6.type=ctx"]);
    expect(finish(joinZones(zone, zone.copy())).interval(second.variable(UVALUE)).constant).toBe(8);
  });

  test("when types are joined, then what one side saved is not taken for what the other did not save any more", () => {
    const space = new VariableSpace(4096);
    const [first, second] = [saved(space, "1"), saved(space, "2")];
    const left = TypeClasses.top(space);
    left.assign(first, T_CTX);
    left.rename(first, space.register(6));
    const right = left.copy();
    right.assign(second, T_NUMBER);
    expect([...left.join(right).tracked()].map(({ name }) => name)).toEqual(["r6", "2/r6"]);
    expect([...right.join(left).tracked()].map(({ name }) => name)).toEqual(["r6", "2/r6"]);
  });
});
