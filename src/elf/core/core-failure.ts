/** A relocation that cannot be done. Never thrown to users: it becomes a fault of the object. */
export class CoreFailure extends Error {
  /** What PREVAIL says of it. */
  readonly verdict: string;

  constructor(message: string, verdict = `CO-RE: ${message}`) {
    super(message);
    this.verdict = verdict;
  }
}
