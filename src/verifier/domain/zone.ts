import { closeBounds, closeOverEdge, connect, type HalfEdge } from "./closure.ts";
import { consequencesOf, differencesTo } from "./consequences.ts";
import { Graph } from "./graph.ts";
import { add, divide, type Integer, isBounded, less, multiply, negate, subtract, UINT64_MAX } from "./integer.ts";
import { Interval } from "./interval.ts";
import { product } from "./interval-arithmetic.ts";
import type { Constraint, Linear } from "./linear.ts";
import { type Row, ZERO } from "./row.ts";
import type { Variable, VariableSpace } from "./variable-space.ts";

/** Relations x - y <= k and bounds over numeric variables, or nothing at all (`isBottom`): then every method is without effect. */
export class Zone extends Graph {
  /** No assignment of numbers satisfies what was added. */
  isBottom = false;

  static top(space: VariableSpace): Zone {
    return new Zone(space);
  }

  static bottom(space: VariableSpace): Zone {
    const zone = new Zone(space);
    zone.isBottom = true;
    return zone;
  }

  /** A copy to try something on, while this zone stays as it is. */
  #trial(): Zone {
    return new Zone(this.space, this, true);
  }

  copy(): Zone {
    const zone = new Zone(this.space, this);
    zone.isBottom = this.isBottom;
    return zone;
  }

  lowerBound(variable: Variable): Integer {
    return negate(this.lower[this.vertexOf(variable)] as Integer);
  }

  /** Infinite for variables of which only lower bounds are read. */
  upperBound(variable: Variable): Integer {
    const bound = this.upper[this.vertexOf(variable)] as Integer;
    return bound === Infinity || this.space.isMinimumOnly(variable) ? Infinity : bound;
  }

  interval(variable: Variable): Interval {
    if (this.isBottom) return Interval.BOTTOM;
    const vertex = this.vertexOf(variable);
    if (vertex === 0) return Interval.TOP;
    return Interval.of(this.lowerBound(variable), this.upperBound(variable));
  }

  evaluate(expression: Linear): Interval {
    if (this.isBottom) return Interval.BOTTOM;
    const { variables, coefficients } = expression;
    if (variables.length === 1 && coefficients[0] === 1) {
      const interval = this.interval(variables[0] as Variable);
      return expression.constant === 0 ? interval : interval.shifted(expression.constant);
    }
    let result = Interval.constant(expression.constant);
    for (let i = 0; i < variables.length; i++) {
      const interval = this.interval(variables[i] as Variable);
      const coefficient = coefficients[i] as Integer;
      result = result.plus(coefficient === 1 ? interval : product(Interval.constant(coefficient), interval));
    }
    return result;
  }

  havoc(variable: Variable): void {
    if (!this.isBottom) this.forget(variable);
  }

  /** Replaces all that is known about a variable by bounds. */
  set(variable: Variable, interval: Interval): void {
    if (this.isBottom) return;
    if (interval.isBottom) {
      this.isBottom = true;
      return;
    }
    this.forget(variable);
    if (interval.isTop) return;
    const vertex = this.newVertex(variable);
    if (isBounded(interval.upper) && !this.space.isMinimumOnly(variable)) this.#setUpper(vertex, interval.upper);
    if (isBounded(interval.lower)) this.#setLower(vertex, interval.lower);
  }

  #setUpper(vertex: number, bound: Integer): void {
    this.upper[vertex] = bound;
    this.potential[vertex] = add(this.potential[ZERO] as Integer, bound);
  }

  #setLower(vertex: number, bound: Integer): void {
    this.lower[vertex] = negate(bound);
    this.potential[vertex] = add(this.potential[ZERO] as Integer, bound);
  }

  assignConstant(variable: Variable, value: Integer): void {
    this.set(variable, Interval.constant(value));
  }

  /** variable := source */
  assignCopy(variable: Variable, source: Variable): void {
    this.assignSum(variable, source, 0);
  }

  /** variable := source + constant, keeping the relations of the source. */
  assignSum(variable: Variable, source: Variable, constant: Integer): void {
    if (this.isBottom) return;
    const interval = this.interval(source);
    const shifted = constant === 0 ? interval : interval.shifted(constant);
    if (shifted.constant !== undefined) {
      this.set(variable, shifted);
      return;
    }
    const vertex = this.vertex(source);
    if (variable === source) {
      if (this.space.isMinimumOnly(variable)) {
        this.upper[vertex] = Infinity;
        this.unsettle();
      }
      this.shift(vertex, constant);
      return;
    }
    this.forget(variable);
    const made = this.newVertex(variable);
    this.potential[made] = add(this.potential[vertex] as Integer, constant);
    const out = (this.outgoing[vertex] as Row).lengthened(this.owner, constant, subtract);
    const into = (this.incoming[vertex] as Row).lengthened(this.owner, constant, add);
    out.set(vertex, negate(constant));
    into.set(vertex, constant);
    this.installRows(made, out, into);
    this.disturbLike(made, vertex);
    if (this.space.isMinimumOnly(variable) || this.space.isMinimumOnly(source)) this.unsettle();
    if (isBounded(shifted.lower)) this.lower[made] = negate(shifted.lower);
    if (isBounded(shifted.upper) && !this.space.isMinimumOnly(variable)) this.upper[made] = shifted.upper;
  }

  assign(variable: Variable, expression: Linear): void {
    if (this.isBottom) return;
    const { variables, coefficients } = expression;
    if (variables.length === 1 && coefficients[0] === 1) {
      this.assignSum(variable, variables[0] as Variable, expression.constant);
      return;
    }
    const interval = this.evaluate(expression);
    const below = interval.constant === undefined ? differencesTo(this, expression, false) : [];
    const above = interval.constant === undefined ? differencesTo(this, expression, true) : [];
    if (below.length === 0 && above.length === 0) {
      this.set(variable, interval);
      return;
    }
    const value = this.#modelValue(expression);
    const targets = below.map(
      (term): HalfEdge => ({ vertex: this.vertex(term.variable), weight: negate(term.weight) }),
    );
    const sources = above.map((term): HalfEdge => ({ vertex: this.vertex(term.variable), weight: term.weight }));
    const made = this.newVertex(-1);
    this.potential[made] = add(this.potential[ZERO] as Integer, value);
    connect(this, made, targets, sources);
    this.forget(variable);
    this.adopt(made, variable);
    if (isBounded(interval.lower)) this.lower[made] = negate(interval.lower);
    if (isBounded(interval.upper) && !this.space.isMinimumOnly(variable)) this.upper[made] = interval.upper;
  }

  /** What the expression is worth in the model that the potentials are. */
  #modelValue(expression: Linear): Integer {
    let value = expression.constant;
    for (let i = 0; i < expression.variables.length; i++) {
      const vertex = this.vertexOf(expression.variables[i] as Variable);
      const potential = vertex === 0 ? 0 : (this.potential[vertex] as Integer);
      const distance = subtract(potential, this.potential[ZERO] as Integer);
      value = add(value, multiply(distance, expression.coefficients[i] as Integer));
    }
    return value;
  }

  /** Adds a constraint; the zone becomes bottom if it contradicts. */
  add(constraint: Constraint): void {
    if (!this.isBottom && !this.#satisfy(constraint)) this.isBottom = true;
  }

  addAll(constraints: readonly Constraint[]): void {
    for (const constraint of constraints) this.add(constraint);
  }

  #satisfy({ relation, expression }: Constraint): boolean {
    if (expression.isConstant) return holds(relation, expression.constant);
    if (relation === "unequal") return this.#addUnequal(expression);
    if (!this.#addAtMost(expression)) return false;
    closeBounds(this);
    if (relation === "at-most") return true;
    if (!this.#addAtMost(expression.negated())) return false;
    closeBounds(this);
    return true;
  }

  /** expression <= 0; the caller closes the bounds. */
  #addAtMost(expression: Linear): boolean {
    const { variables, coefficients, constant } = expression;
    const [x, y] = variables;
    const [a, b] = coefficients;
    if (x !== undefined && variables.length === 1) {
      if (a === 1) return this.#limitUpper(x, negate(constant));
      if (a === -1) return this.#limitLower(x, constant);
    } else if (x !== undefined && y !== undefined && variables.length === 2) {
      if (a === 1 && b === -1) return this.#addDifference(x, y, negate(constant));
      if (a === -1 && b === 1) return this.#addDifference(y, x, negate(constant));
    }
    const { lower, upper, differences } = consequencesOf(this, expression);
    return (
      lower.every(({ variable, bound }) => this.#limitLower(variable, bound)) &&
      upper.every(({ variable, bound }) => this.#limitUpper(variable, bound)) &&
      differences.every(({ minuend, subtrahend, bound }) => this.#relate(minuend, subtrahend, bound))
    );
  }

  /** x - y <= bound, and what that and the bounds of the one say of the other. */
  #addDifference(x: Variable, y: Variable, bound: Integer): boolean {
    const lower = this.lowerBound(x);
    const upper = this.upperBound(y);
    if (isBounded(lower) && !this.#limitLower(y, subtract(lower, bound))) return false;
    if (isBounded(upper) && !this.#limitUpper(x, add(upper, bound))) return false;
    return this.#relate(x, y, bound);
  }

  #limitLower(variable: Variable, bound: Integer): boolean {
    const vertex = this.vertex(variable);
    const weight = negate(bound);
    if (!less(weight, this.lower[vertex] as Integer)) return true;
    this.tightenLower(vertex, weight);
    return !this.contradicts(vertex, ZERO, weight, true);
  }

  #limitUpper(variable: Variable, bound: Integer): boolean {
    if (this.space.isMinimumOnly(variable)) return true;
    const vertex = this.vertex(variable);
    if (!less(bound, this.upper[vertex] as Integer)) return true;
    this.tightenUpper(vertex, bound);
    return !this.contradicts(ZERO, vertex, bound, true);
  }

  #relate(minuend: Variable, subtrahend: Variable, bound: Integer): boolean {
    const from = this.vertex(subtrahend);
    const to = this.vertex(minuend);
    const before = this.edge(from, to);
    if (less(bound, before)) {
      this.setEdge(from, to, bound);
      if (this.contradicts(from, to, bound, true)) return false;
    }
    closeOverEdge(this, from, to);
    return true;
  }

  /** Of `expression` != 0, only what moves an end of an interval is kept. */
  #addUnequal(expression: Linear): boolean {
    const { variables, coefficients } = expression;
    for (let i = 0; i < variables.length; i++) {
      let residual = Interval.constant(negate(expression.constant));
      for (let j = 0; j < variables.length; j++) {
        if (j === i) continue;
        const coefficient = Interval.constant(coefficients[j] as Integer);
        residual = residual.minus(product(coefficient, this.interval(variables[j] as Variable)));
      }
      const value = quotient(residual, coefficients[i] as Integer);
      if (value !== undefined && !this.#exclude(variables[i] as Variable, value)) return false;
    }
    return true;
  }

  #exclude(variable: Variable, value: Integer): boolean {
    const before = this.interval(variable);
    let after = before;
    if (before.lower === value) after = Interval.of(add(value, 1), before.upper);
    else if (before.upper === value) after = Interval.of(before.lower, add(value, -1));
    else if (before.isTop && value === 0) after = Interval.of(1, UINT64_MAX);
    if (after.isBottom) return false;
    if (after.isTop || !after.isWithin(before)) return true;
    const vertex = this.vertex(variable);
    if (isBounded(after.lower) && !this.#raiseLower(vertex, after.lower)) return false;
    return !isBounded(after.upper) || this.space.isMinimumOnly(variable) || this.#lowerUpper(vertex, after.upper);
  }

  /** Tightens a bound that exists, and those of the vertices next to it. */
  #raiseLower(vertex: number, bound: Integer): boolean {
    const weight = negate(bound);
    const before = this.lower[vertex] as Integer;
    if (before === Infinity || !less(weight, before)) return true;
    this.tightenLower(vertex, weight);
    if (this.contradicts(vertex, ZERO, weight, true)) return false;
    const into = this.incoming[vertex] as Row;
    for (let i = 0; i < into.size; i++) {
      const source = into.vertices[i] as number;
      const through = add(into.weights[i] as Integer, weight);
      if (less(through, this.lower[source] as Integer)) this.tightenLower(source, through);
      if (this.contradicts(source, ZERO, this.lower[source] as Integer, true)) return false;
    }
    return true;
  }

  #lowerUpper(vertex: number, bound: Integer): boolean {
    const before = this.upper[vertex] as Integer;
    if (before === Infinity || !less(bound, before)) return true;
    this.tightenUpper(vertex, bound);
    if (this.contradicts(ZERO, vertex, bound, true)) return false;
    const out = this.outgoing[vertex] as Row;
    for (let i = 0; i < out.size; i++) {
      const target = out.vertices[i] as number;
      const through = add(out.weights[i] as Integer, bound);
      if (less(through, this.upper[target] as Integer)) this.tightenUpper(target, through);
      if (this.contradicts(ZERO, target, this.upper[target] as Integer, true)) return false;
    }
    return true;
  }

  /** Whether some assignment of numbers satisfies the zone and the constraint. */
  intersects({ relation, expression }: Constraint): boolean {
    if (this.isBottom) return false;
    if (expression.isConstant) return holds(relation, expression.constant);
    if (relation === "at-most") return this.#allows(expression);
    return this.#survives(relation, expression);
  }

  /** Whether every assignment of numbers that satisfies the zone satisfies the constraint. */
  entails({ relation, expression }: Constraint): boolean {
    if (this.isBottom) return true;
    if (expression.isConstant) return holds(relation, expression.constant);
    const interval = this.evaluate(expression);
    if (relation === "at-most") return interval.upper <= 0 || !this.#allows(expression.negated().plus(1));
    if (relation === "unequal") {
      return interval.upper < 0 || interval.lower > 0 || !this.#survives("equal", expression);
    }
    if (interval.lower === 0 && interval.upper === 0) return true;
    return !this.#allows(expression.negated().plus(1)) && !this.#allows(expression.plus(1));
  }

  /** Whether `expression` <= 0 is compatible with the zone; without a copy wherever one edge says it all. */
  #allows(expression: Linear): boolean {
    const [x, y] = expression.variables;
    const [a, b] = expression.coefficients;
    if (x !== undefined && expression.variables.length === 1) {
      if (a === 1) return this.#allowsUpper(x, negate(expression.constant));
      if (a === -1) return this.#allowsLower(x, expression.constant);
    } else if (x !== undefined && y !== undefined && expression.variables.length === 2) {
      if (a === 1 && b === -1) return this.#allowsDifference(x, y, negate(expression.constant));
      if (a === -1 && b === 1) return this.#allowsDifference(y, x, negate(expression.constant));
    }
    return this.#survives("at-most", expression);
  }

  #allowsUpper(variable: Variable, bound: Integer): boolean {
    const vertex = this.vertexOf(variable);
    if (vertex === 0 || this.space.isMinimumOnly(variable)) return true;
    return !less(bound, this.upper[vertex] as Integer) || !this.contradicts(ZERO, vertex, bound, false);
  }

  #allowsLower(variable: Variable, bound: Integer): boolean {
    const vertex = this.vertexOf(variable);
    const weight = negate(bound);
    if (vertex === 0) return true;
    return !less(weight, this.lower[vertex] as Integer) || !this.contradicts(vertex, ZERO, weight, false);
  }

  #allowsDifference(minuend: Variable, subtrahend: Variable, bound: Integer): boolean {
    const from = this.vertexOf(subtrahend);
    const to = this.vertexOf(minuend);
    if (from === 0 || to === 0) return true;
    return !this.contradicts(from, to, bound, false);
  }

  /** As `#satisfy` answers; what closure would do at the end is no matter. */
  #survives(relation: Constraint["relation"], expression: Linear): boolean {
    const trial = this.#trial();
    if (relation === "unequal") return trial.#addUnequal(expression);
    if (!trial.#addAtMost(expression)) return false;
    if (relation === "at-most") return true;
    closeBounds(trial);
    return trial.#addAtMost(expression.negated());
  }
}

function holds(relation: Constraint["relation"], constant: Integer): boolean {
  if (relation === "at-most") return constant <= 0;
  return relation === "equal" ? constant === 0 : constant !== 0;
}

/** The one value of interval / divisor, if there is one. */
function quotient(interval: Interval, divisor: Integer): Integer | undefined {
  if (divisor === 1) return interval.constant;
  if (!interval.isFinite) return undefined;
  const first = divide(interval.lower, divisor);
  return first === divide(interval.upper, divisor) ? first : undefined;
}
