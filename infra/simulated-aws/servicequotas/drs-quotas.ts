export interface DrsQuota {
  readonly code: string;
  readonly name: string;
  readonly value: number;
  readonly adjustable: boolean;
}

/** "AWS Elastic Disaster Recovery endpoints and quotas", for each account and Region. */
export const drsQuotas: readonly DrsQuota[] = [
  { code: 'L-D88FAC3A', name: 'Concurrent jobs in progress', value: 20, adjustable: false },
  { code: 'L-B827C881', name: 'Max source servers in a single job', value: 100, adjustable: false },
  { code: 'L-05AFA8C6', name: 'Max source servers in all jobs', value: 500, adjustable: false },
  { code: 'L-DD6D028C', name: 'Max concurrent jobs per source server', value: 1, adjustable: false },
  {
    code: 'L-C1D14A2B',
    name: 'Max number of source servers with active replication',
    value: 300,
    adjustable: false,
  },
  { code: 'L-E28BE5E0', name: 'Max total source servers', value: 4000, adjustable: true },
];
