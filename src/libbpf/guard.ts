import { EbpfError } from "../errors.ts";
import { EbpfResult, errnoNumbers } from "../platform/index.ts";
import { NullError } from "./session.ts";

type Call = (...given: unknown[]) => unknown;

/**
 * Makes functions that C's compiler would not let be called with other types throw `EBPF_INVALID_ARGUMENT` for these, by
 * their names. What callbacks throw is their caller's own and stays as it is.
 */
export function guard<T extends object>(calls: T): T {
  const fromCallbacks = new WeakSet<object>();
  for (const [name, call] of Object.entries(calls)) {
    if (typeof call === "function") Reflect.set(calls, name, guarded(name, call, fromCallbacks));
  }
  return calls;
}

function guarded(name: string, call: Call, fromCallbacks: WeakSet<object>): Call {
  const fail = (error: unknown): never => {
    const isOurs = !(error instanceof EbpfError || error instanceof NullError) && error instanceof Error;
    if (!isOurs || fromCallbacks.has(error) || !isOfTypes(error)) throw error;
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `${name} was given something of another type than C takes`, {
      cause: error,
      native: { result: EbpfResult.INVALID_ARGUMENT, errno: errnoNumbers.EINVAL },
      hint: "Give numbers, text, bytes and objects where its declaration says so; the error's `cause` says which is wrong.",
    });
  };
  return (...given) => {
    for (let i = 0; i < given.length; i++) {
      const argument = given[i];
      if (typeof argument === "function") given[i] = marking(argument, fromCallbacks);
    }
    try {
      const result = call(...given);
      return result instanceof Promise ? result.catch(fail) : result;
    } catch (error) {
      return fail(error);
    }
  };
}

/** What a wrong type brings about. */
function isOfTypes(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}

function marking(callback: object, fromCallbacks: WeakSet<object>): unknown {
  if (typeof callback !== "function") return callback;
  return function (this: unknown, ...given: unknown[]): unknown {
    try {
      return Reflect.apply(callback, this, given);
    } catch (error) {
      if (typeof error === "object" && error !== null) fromCallbacks.add(error);
      throw error;
    }
  };
}
