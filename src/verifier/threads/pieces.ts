import type { Work } from "../../turns/index.ts";

/**
 * Some of the objects that a value consists of. Messages between threads are written and read while all else waits: what
 * may be large goes in pieces, and what is shared goes once.
 */
export interface Piece {
  /** Records, lists, bytes and parts of long text, counted on from piece to piece; what lies in them is missing. */
  readonly parts: Part[];
  /** Three each: the number of a part, a key of it, and the number of the part that belongs there. */
  readonly links: (number | string)[];
}

type Part = object | string;

/** Members, and 32 characters or bytes each, of which a piece consists: about a tenth of a millisecond to read. */
const PIECE = 2048;
const CHARACTERS = 32;
/** Characters of a text from which on it goes in parts. */
const LONG = 65_536;

/** A value is more than data: functions, and objects of classes, are nothing to other threads. Never thrown to users. */
export class NotData extends Error {
  override readonly name = "NotData";
}

/** Takes a value apart, and gives the pieces away as they become full. */
class Dissection {
  readonly #numbers = new Map<object, number>();
  readonly #give: (piece: Piece) => void;
  #count = 0;
  #weight = 0;
  #piece: Piece = { parts: [], links: [] };

  constructor(give: (piece: Piece) => void) {
    this.#give = give;
  }

  /** The number of an object, all that lies in it being on its way. */
  *object(value: object): Work<number> {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    const number = value instanceof Uint8Array ? this.#bytes(value) : yield* this.#members(value);
    this.#numbers.set(value, number);
    if (this.#weight > PIECE) {
      this.flush();
      yield;
    }
    return number;
  }

  flush(): void {
    this.#give(this.#piece);
    this.#piece = { parts: [], links: [] };
    this.#weight = 0;
  }

  #add(part: Part, weight: number): number {
    this.#piece.parts.push(part);
    this.#weight += weight;
    return this.#count++;
  }

  /** A copy: a view would take all bytes along of which it shows some. */
  #bytes(bytes: Uint8Array): number {
    return this.#add(new Uint8Array(bytes), bytes.length / CHARACTERS);
  }

  *#members(value: object): Work<number> {
    const isList = Array.isArray(value);
    if (!isList && !isRecord(value)) throw new NotData();
    const own: Record<string, unknown> = {};
    const list: unknown[] = [];
    const links: (number | string)[] = [];
    let weight = 1;
    for (const [key, member] of isList ? value.entries() : Object.entries(value)) {
      let kept = member;
      if (typeof member === "object" && member !== null) {
        links.push(key, yield* this.object(member));
        kept = undefined;
      } else if (typeof member === "string" && member.length > LONG) {
        for (const number of this.#text(member)) links.push(key, number);
        kept = undefined;
      } else if (typeof member === "string") {
        weight += member.length / CHARACTERS;
      } else if (typeof member === "function" || typeof member === "symbol") {
        throw new NotData();
      }
      if (typeof key === "number") list.push(kept);
      else own[key] = kept;
      weight++;
    }
    const number = this.#add(isList ? list : own, weight);
    for (let at = 0; at < links.length; at += 2) {
      this.#piece.links.push(number, links[at] as number | string, links[at + 1] as number);
    }
    return number;
  }

  *#text(text: string): Generator<number> {
    for (let at = 0; at < text.length; at += LONG) {
      yield this.#add(text.slice(at, at + LONG), LONG / CHARACTERS);
      this.flush();
    }
  }
}

function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Takes plain data apart, with pauses; `give` gets the pieces in order.
 *
 * @throws NotData
 */
export function* takeApart(value: object, give: (piece: Piece) => void): Work<void> {
  const dissection = new Dissection(give);
  yield* dissection.object(value);
  dissection.flush();
}

/** Puts together, piece by piece, what was taken apart; the last part is the whole. */
export class Assembly {
  readonly #parts: Part[] = [];

  add({ parts, links }: Piece): void {
    for (const part of parts) this.#parts.push(part);
    for (let at = 0; at < links.length; at += 3) {
      const owner = this.#parts[Number(links[at])];
      const key = links[at + 1];
      const part = this.#parts[Number(links[at + 2])];
      if (typeof owner !== "object" || key === undefined) continue;
      Reflect.set(owner, key, typeof part === "string" ? `${Reflect.get(owner, key) ?? ""}${part}` : part);
    }
  }

  get whole(): Part | undefined {
    return this.#parts.at(-1);
  }
}
