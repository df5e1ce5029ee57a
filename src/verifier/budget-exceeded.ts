/** An analysis costs more than it may; `limit` says what it exceeds. Ends in a refusal, never thrown to users. */
export class BudgetExceeded extends Error {
  override readonly name = "BudgetExceeded";
  readonly limit: string;

  constructor(limit: string) {
    super(`the analysis took more than ${limit}`);
    this.limit = limit;
  }
}
