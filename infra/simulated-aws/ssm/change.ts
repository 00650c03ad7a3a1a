/** A change of status of an execution, or of one of its steps by position. `at` is epoch ms. */
export type Change =
  | { readonly at: number; readonly subject: 'execution'; readonly status: string; readonly message?: string }
  | {
      readonly at: number;
      readonly subject: 'step';
      readonly step: number;
      readonly status: string;
      readonly message?: string;
    };

export const executionChange = (at: number, status: string, message?: string): Change => ({
  at,
  subject: 'execution',
  status,
  ...(message !== undefined && { message }),
});

export const stepChange = (at: number, step: number, status: string, message?: string): Change => ({
  at,
  subject: 'step',
  step,
  status,
  ...(message !== undefined && { message }),
});
