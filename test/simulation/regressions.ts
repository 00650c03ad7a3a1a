/** Seeds that once violated an invariant, each with its cause. Drawn faults may change with the simulator; the causes stay. */
export const regressions: readonly { readonly seed: bigint; readonly cause: string }[] = [
  {
    seed: 239n,
    cause:
      'events that a crash left in the outbox of a wave were published by nobody once the wave had ended',
  },
  {
    seed: 86n,
    cause:
      'a refusal whose event was saved and not published was not among the open executions, so nobody found it',
  },
  { seed: 118n, cause: 'a job that stood still was asked after every two seconds for ever' },
  {
    seed: 1156n,
    cause: "a conflict with somebody else's job of the same servers was answered by adopting that job",
  },
];
