import { add, divide, type Integer, isBounded, multiply, negate, subtract } from "./integer.ts";
import type { Linear } from "./linear.ts";
import type { Variable } from "./variable-space.ts";

/** What is known of the variables of an expression. */
interface Bounded {
  lowerBound(variable: Variable): Integer;
  upperBound(variable: Variable): Integer;
}

interface Term {
  readonly variable: Variable;
  /** Positive. */
  readonly coefficient: Integer;
  readonly bound: Integer;
}

/** Bounds and differences (`minuend` - `subtrahend` <= `bound`) that an inequality comes to. */
export interface Consequences {
  readonly lower: { variable: Variable; bound: Integer }[];
  readonly upper: { variable: Variable; bound: Integer }[];
  readonly differences: { minuend: Variable; subtrahend: Variable; bound: Integer }[];
}

/** The bounds and differences that follow from `expression` <= 0 and the present bounds. */
export function consequencesOf(zone: Bounded, expression: Linear): Consequences {
  const result: Consequences = { lower: [], upper: [], differences: [] };
  let room = negate(expression.constant);
  let openLower: Term | undefined;
  let openUpper: Term | undefined;
  const positive: Term[] = [];
  const negative: Term[] = [];
  for (let i = 0; i < expression.variables.length; i++) {
    const variable = expression.variables[i] as Variable;
    const coefficient = expression.coefficients[i] as Integer;
    if (coefficient > 0) {
      const bound = zone.lowerBound(variable);
      if (isBounded(bound)) {
        room = subtract(room, multiply(bound, coefficient));
        positive.push({ variable, coefficient, bound });
      } else {
        if (openLower !== undefined) return result;
        openLower = { variable, coefficient, bound };
      }
    } else {
      const bound = zone.upperBound(variable);
      const size = negate(coefficient);
      if (isBounded(bound)) {
        room = add(room, multiply(bound, size));
        negative.push({ variable, coefficient: size, bound });
      } else {
        if (openUpper !== undefined) return result;
        openUpper = { variable, coefficient: size, bound };
      }
    }
  }
  const relate = (minuend: Term, subtrahend: Term, bound: Integer): void => {
    result.differences.push({ minuend: minuend.variable, subtrahend: subtrahend.variable, bound });
  };
  if (openLower !== undefined && openUpper !== undefined) {
    if (openLower.coefficient === 1 && openUpper.coefficient === 1) relate(openLower, openUpper, room);
  } else if (openLower !== undefined) {
    if (openLower.coefficient === 1) for (const term of negative) relate(openLower, term, subtract(room, term.bound));
    result.upper.push({ variable: openLower.variable, bound: divide(room, openLower.coefficient) });
  } else if (openUpper !== undefined) {
    if (openUpper.coefficient === 1) for (const term of positive) relate(term, openUpper, add(room, term.bound));
    result.lower.push({ variable: openUpper.variable, bound: divide(negate(room), openUpper.coefficient) });
  } else {
    for (const subtrahend of negative) {
      for (const minuend of positive) relate(minuend, subtrahend, add(subtract(room, subtrahend.bound), minuend.bound));
    }
    for (const { variable, coefficient, bound } of negative) {
      result.lower.push({ variable, bound: add(divide(negate(room), coefficient), bound) });
    }
    for (const { variable, coefficient, bound } of positive) {
      result.upper.push({ variable, bound: add(divide(room, coefficient), bound) });
    }
  }
  return result;
}

/** For a variable v that is to be `expression`: the x and k for which v - x <= k (`upper`) or v - x >= k follows. */
export function differencesTo(
  zone: Bounded,
  expression: Linear,
  upper: boolean,
): { variable: Variable; weight: Integer }[] {
  let residual = expression.constant;
  let unbounded: Variable | undefined;
  const terms: { variable: Variable; bound: Integer }[] = [];
  for (let i = 0; i < expression.variables.length; i++) {
    const variable = expression.variables[i] as Variable;
    const coefficient = expression.coefficients[i] as Integer;
    const positive = coefficient > 0;
    const bound = positive === upper ? zone.upperBound(variable) : zone.lowerBound(variable);
    if (isBounded(bound)) {
      residual = add(residual, multiply(bound, coefficient));
      if (positive) terms.push({ variable, bound });
    } else {
      if (!positive || unbounded !== undefined || coefficient !== 1) return [];
      unbounded = variable;
    }
  }
  if (unbounded !== undefined) return [{ variable: unbounded, weight: residual }];
  return terms.map(({ variable, bound }) => ({ variable, weight: subtract(residual, bound) }));
}
