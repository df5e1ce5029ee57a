import { add, type Integer, multiply, negate } from "./integer.ts";
import type { Variable } from "./variable-space.ts";

const PLUS: readonly Integer[] = [1];
const MINUS: readonly Integer[] = [-1];
const PLUS_MINUS: readonly Integer[] = [1, -1];

/** A sum of variables with coefficients other than 0, and a constant. Immutable. */
export class Linear {
  readonly variables: readonly Variable[];
  readonly coefficients: readonly Integer[];
  readonly constant: Integer;

  private constructor(variables: readonly Variable[], coefficients: readonly Integer[], constant: Integer) {
    this.variables = variables;
    this.coefficients = coefficients;
    this.constant = constant;
  }

  static constant(value: Integer): Linear {
    return new Linear([], [], value);
  }

  static variable(variable: Variable): Linear {
    return new Linear([variable], PLUS, 0);
  }

  /** sign × variable + constant */
  static signed(variable: Variable, sign: 1 | -1, constant: Integer): Linear {
    return new Linear([variable], sign === 1 ? PLUS : MINUS, constant);
  }

  /** x - y, of two different variables */
  static difference(x: Variable, y: Variable): Linear {
    return new Linear([x, y], PLUS_MINUS, 0);
  }

  get isConstant(): boolean {
    return this.variables.length === 0;
  }

  plus(constant: Integer): Linear {
    return new Linear(this.variables, this.coefficients, add(this.constant, constant));
  }

  plusVariable(variable: Variable, coefficient: Integer = 1): Linear {
    const at = this.variables.indexOf(variable);
    if (at < 0) {
      return new Linear([...this.variables, variable], [...this.coefficients, coefficient], this.constant);
    }
    const sum = add(this.coefficients[at] ?? 0, coefficient);
    if (sum !== 0) return new Linear(this.variables, this.coefficients.with(at, sum), this.constant);
    return new Linear(this.variables.toSpliced(at, 1), this.coefficients.toSpliced(at, 1), this.constant);
  }

  minus(other: Linear): Linear {
    let result = this.plus(negate(other.constant));
    for (let i = 0; i < other.variables.length; i++) {
      result = result.plusVariable(other.variables[i] ?? 0, negate(other.coefficients[i] ?? 0));
    }
    return result;
  }

  negated(): Linear {
    return new Linear(
      this.variables,
      this.coefficients.map((coefficient) => multiply(coefficient, -1)),
      negate(this.constant),
    );
  }
}

/** An expression that is at most 0, exactly 0, or anything but 0. Strict comparisons become `at-most` with 1 added. */
export interface Constraint {
  readonly relation: "at-most" | "equal" | "unequal";
  readonly expression: Linear;
}

/** Something that a constraint can be made of. */
export type Term = Linear | Variable;

function difference(a: Term, b: Term): Linear {
  if (typeof a === "number") {
    if (typeof b === "number") return a === b ? Linear.constant(0) : Linear.difference(a, b);
    return b.isConstant ? Linear.signed(a, 1, negate(b.constant)) : Linear.variable(a).minus(b);
  }
  if (typeof b === "number") return a.isConstant ? Linear.signed(b, -1, a.constant) : a.plusVariable(b, -1);
  return a.minus(b);
}

/** a <= b */
export function atMost(a: Term, b: Term): Constraint {
  return { relation: "at-most", expression: difference(a, b) };
}

/** a < b, over the integers: a - b + 1 <= 0 */
export function below(a: Term, b: Term): Constraint {
  return { relation: "at-most", expression: difference(a, b).plus(1) };
}

export function equal(a: Term, b: Term): Constraint {
  return { relation: "equal", expression: difference(a, b) };
}

export function unequal(a: Term, b: Term): Constraint {
  return { relation: "unequal", expression: difference(a, b) };
}

export const ALWAYS: Constraint = { relation: "equal", expression: Linear.constant(0) };
export const NEVER: Constraint = { relation: "unequal", expression: Linear.constant(0) };
