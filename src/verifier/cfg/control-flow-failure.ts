/** The program's control flow cannot be analysed; the message is in the words of verification reports. */
export class ControlFlowFailure extends Error {
  /** Slot of the code that is to blame, where the message does not name it. */
  readonly slot: number | undefined;

  constructor(message: string, slot?: number) {
    super(message);
    this.slot = slot;
  }
}
