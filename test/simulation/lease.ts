/** What a lease holds, as accept-execution writes it. */
export interface Lease {
  readonly executionId: string;
}
