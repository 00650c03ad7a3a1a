/** What connections and API destinations have in common. Times in epoch ms. */
export interface NamedResource {
  readonly name: string;
  readonly id: string;
  readonly description?: string;
  readonly createdAt: number;
  readonly changedAt: number;
}
