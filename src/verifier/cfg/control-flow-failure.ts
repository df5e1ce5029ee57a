/** The program's control flow cannot be analysed; the message is in the words of verification reports. */
export class ControlFlowFailure extends Error {}
