import type { Node } from "../cfg/index.ts";
import { type Assertion, type IrInstruction, printAssertion, printInstruction } from "../ir/index.ts";
import { assertionsAt, type PreparedProgram } from "../prepare.ts";
import { placeText, type SourceLines } from "./source-lines.ts";

/** Prints a program's nodes one after another; a C line is said where it changes. */
export class Listing {
  readonly #program: PreparedProgram;
  readonly #lines: SourceLines;
  /** Text of the C line that was said last. */
  #said = "";

  constructor(program: PreparedProgram, lines: SourceLines) {
    this.#program = program;
    this.#lines = lines;
  }

  /** The nodes that control comes from. */
  from(node: Node): string {
    return this.#edges("from", this.#program.graph.parentsOf(node));
  }

  /** The nodes that control goes to. */
  goto(node: Node): string {
    return this.#edges("goto", this.#program.graph.childrenOf(node));
  }

  /** The C line of a node, if it is another than the last. */
  line(node: Node): string {
    const place = this.#lines.at(this.#program.graph.slotOf(node));
    if (place === undefined || place.text === this.#said) return "";
    this.#said = place.text;
    return placeText(place);
  }

  /** What a node asks for, those of its assertions that `shows` picks. */
  assertions(node: Node, shows: (assertion: Assertion) => boolean = () => true): string {
    const asRegister = this.#program.environment.dialect.narrowDivisorChecked64;
    return assertionsAt(this.#program, node)
      .filter(shows)
      .map((assertion) => `  assert ${printAssertion(assertion, asRegister)};\n`)
      .join("");
  }

  /** A node's instruction, its calls with their arguments. */
  instruction(node: Node): string {
    return instructionLine(this.#program.graph.instruction(node));
  }

  /** The same with calls by their number only. */
  bareInstruction(node: Node): string {
    const instruction = this.#program.graph.instruction(node);
    if (instruction.kind !== "call") return instructionLine(instruction);
    const { target: _, ...bare } = instruction;
    return instructionLine(bare);
  }

  #edges(direction: "from" | "goto", nodes: readonly Node[]): string {
    if (nodes.length === 0) return "\n";
    const { graph } = this.#program;
    return `  ${direction} ${nodes.map((node) => graph.label(node)).join(",")};\n`;
  }
}

/** Entry and exit are no instructions. */
function instructionLine(instruction: IrInstruction): string {
  return `  ${instruction.kind === "undefined" ? "Undefined{0}" : printInstruction(instruction)};\n`;
}
