import type { Action } from '../../../../contracts/action.ts';
import type { LambdaAction } from '../../../../contracts/actions/lambda.ts';

/** A function of Lambda is another thing in each of its modes. */
export type Variant = Exclude<Action['kind'], 'lambda'> | `lambda ${LambdaAction['mode']}`;

/**
 * What follows from each input in each state of an action: facts on record, and then what is asked or told to stop outside.
 * A dash: nothing. Parked: it is nobody's. Never: its kind does not have that state.
 */
export const tables: Readonly<Record<Variant, string>> = {
  automation: `
                           | WAITING                         | CLAIMED                                | RUNNING                                  | AGAIN                           | SUCCEEDED      | FAILED
an event or its timer      | claimed, started, asked         | started                                | -                                        | claimed, started, asked         | -              | -
two looks at once          | claimed, started, asked         | started                                | -                                        | claimed, started, asked         | -              | -
it is seen done            | claimed, started, asked         | started                                | done                                     | claimed, started, asked         | -              | -
it is seen failing         | claimed, failed: refused, asked | started                                | failed: failed                           | claimed, failed: refused, asked | -              | -
a lost answer              | claimed, asked                  | asked                                  | -                                        | claimed, asked                  | -              | -
a time-out                 | claimed, started, asked         | asked, asked, asked                    | failed: timed-out, told to stop          | claimed, started, asked         | -              | -
its wave is stopped        | -                               | started, failed: stopped, told to stop | failed: stopped, told to stop            | -                               | -              | -
approval                   | answer refused                  | answer refused                         | answer refused                           | answer refused                  | answer refused | answer refused
decline                    | answer refused                  | answer refused                         | answer refused                           | answer refused                  | answer refused | answer refused
approval by another        | answer refused                  | answer refused                         | answer refused                           | answer refused                  | answer refused | answer refused
report: done               | parked                          | parked                                 | parked                                   | parked                          | parked         | parked
report: failed             | parked                          | parked                                 | parked                                   | parked                          | parked         | parked
report: heartbeat          | parked                          | parked                                 | parked                                   | parked                          | parked         | parked
report with a forged token | parked                          | parked                                 | parked                                   | parked                          | parked         | parked
report with a stolen token | parked                          | parked                                 | parked                                   | parked                          | parked         | parked
`,
  approval: `
                           | WAITING        | CLAIMED | RUNNING           | AGAIN | SUCCEEDED      | FAILED
an event or its timer      | started        | never   | -                 | never | -              | -
two looks at once          | started        | never   | -                 | never | -              | -
it is seen done            | started        | never   | -                 | never | -              | -
it is seen failing         | started        | never   | -                 | never | -              | -
a lost answer              | started        | never   | -                 | never | -              | -
a time-out                 | started        | never   | failed: timed-out | never | -              | -
its wave is stopped        | -              | never   | failed: stopped   | never | -              | -
approval                   | answer refused | never   | done              | never | answer refused | answer refused
decline                    | answer refused | never   | failed: declined  | never | answer refused | answer refused
approval by another        | answer refused | never   | answer refused    | never | answer refused | answer refused
report: done               | parked         | never   | parked            | never | parked         | parked
report: failed             | parked         | never   | parked            | never | parked         | parked
report: heartbeat          | parked         | never   | parked            | never | parked         | parked
report with a forged token | parked         | never   | parked            | never | parked         | parked
report with a stolen token | parked         | never   | parked            | never | parked         | parked
`,
  wait: `
                           | WAITING        | CLAIMED | RUNNING         | AGAIN | SUCCEEDED      | FAILED
an event or its timer      | started        | never   | -               | never | -              | -
two looks at once          | started        | never   | -               | never | -              | -
it is seen done            | started        | never   | -               | never | -              | -
it is seen failing         | started        | never   | -               | never | -              | -
a lost answer              | started        | never   | -               | never | -              | -
a time-out                 | started        | never   | done            | never | -              | -
its wave is stopped        | -              | never   | failed: stopped | never | -              | -
approval                   | answer refused | never   | answer refused  | never | answer refused | answer refused
decline                    | answer refused | never   | answer refused  | never | answer refused | answer refused
approval by another        | answer refused | never   | answer refused  | never | answer refused | answer refused
report: done               | parked         | never   | parked          | never | parked         | parked
report: failed             | parked         | never   | parked          | never | parked         | parked
report: heartbeat          | parked         | never   | parked          | never | parked         | parked
report with a forged token | parked         | never   | parked          | never | parked         | parked
report with a stolen token | parked         | never   | parked          | never | parked         | parked
`,
  callback: `
                           | WAITING                 | CLAIMED                       | RUNNING                         | AGAIN                   | SUCCEEDED      | FAILED
an event or its timer      | claimed, started, asked | started, asked                | -                               | claimed, started, asked | -              | -
two looks at once          | claimed, started, asked | started, asked, asked         | -                               | claimed, started, asked | -              | -
it is seen done            | claimed, started, asked | started, asked                | -                               | claimed, started, asked | -              | -
it is seen failing         | claimed, started, asked | started, asked                | -                               | claimed, started, asked | -              | -
a lost answer              | claimed, asked          | asked                         | -                               | claimed, asked          | -              | -
a time-out                 | claimed, started, asked | asked, asked, asked           | failed: timed-out, told to stop | claimed, started, asked | -              | -
its wave is stopped        | -                       | failed: stopped, told to stop | failed: stopped, told to stop   | -                       | -              | -
approval                   | answer refused          | answer refused                | answer refused                  | answer refused          | answer refused | answer refused
decline                    | answer refused          | answer refused                | answer refused                  | answer refused          | answer refused | answer refused
approval by another        | answer refused          | answer refused                | answer refused                  | answer refused          | answer refused | answer refused
report: done               | parked                  | started, done                 | done                            | report refused          | report refused | report refused
report: failed             | parked                  | started, failed: failed       | failed: failed                  | report refused          | report refused | report refused
report: heartbeat          | parked                  | started, progress             | progress                        | report refused          | report refused | report refused
report with a forged token | parked                  | report refused                | report refused                  | report refused          | report refused | report refused
report with a stolen token | parked                  | report refused                | report refused                  | report refused          | report refused | report refused
`,
  alarm: `
                           | WAITING           | CLAIMED | RUNNING           | AGAIN | SUCCEEDED      | FAILED
an event or its timer      | started           | never   | progress          | never | -              | -
two looks at once          | started           | never   | progress          | never | -              | -
it is seen done            | started           | never   | done              | never | -              | -
it is seen failing         | started           | never   | failed: refused   | never | -              | -
a lost answer              | started           | never   | progress          | never | -              | -
a time-out                 | started, progress | never   | failed: timed-out | never | -              | -
its wave is stopped        | -                 | never   | failed: stopped   | never | -              | -
approval                   | answer refused    | never   | answer refused    | never | answer refused | answer refused
decline                    | answer refused    | never   | answer refused    | never | answer refused | answer refused
approval by another        | answer refused    | never   | answer refused    | never | answer refused | answer refused
report: done               | parked            | never   | parked            | never | parked         | parked
report: failed             | parked            | never   | parked            | never | parked         | parked
report: heartbeat          | parked            | never   | parked            | never | parked         | parked
report with a forged token | parked            | never   | parked            | never | parked         | parked
report with a stolen token | parked            | never   | parked            | never | parked         | parked
`,
  'lambda callback': `
                           | WAITING                         | CLAIMED                             | RUNNING                         | AGAIN                           | SUCCEEDED      | FAILED
an event or its timer      | claimed, started, asked         | started, asked                      | -                               | claimed, started, asked         | -              | -
two looks at once          | claimed, started, asked         | started, asked, asked               | -                               | claimed, started, asked         | -              | -
it is seen done            | claimed, started, asked         | started, asked                      | -                               | claimed, started, asked         | -              | -
it is seen failing         | claimed, failed: refused, asked | asked                               | -                               | claimed, failed: refused, asked | -              | -
a lost answer              | claimed, asked                  | asked                               | -                               | claimed, asked                  | -              | -
a time-out                 | claimed, started, asked         | failed: failed, asked, told to stop | failed: timed-out, told to stop | claimed, started, asked         | -              | -
its wave is stopped        | -                               | failed: stopped, told to stop       | failed: stopped, told to stop   | -                               | -              | -
approval                   | answer refused                  | answer refused                      | answer refused                  | answer refused                  | answer refused | answer refused
decline                    | answer refused                  | answer refused                      | answer refused                  | answer refused                  | answer refused | answer refused
approval by another        | answer refused                  | answer refused                      | answer refused                  | answer refused                  | answer refused | answer refused
report: done               | parked                          | started, done                       | done                            | report refused                  | report refused | report refused
report: failed             | parked                          | started, failed: failed             | failed: failed                  | report refused                  | report refused | report refused
report: heartbeat          | parked                          | started, progress                   | progress                        | report refused                  | report refused | report refused
report with a forged token | parked                          | report refused                      | report refused                  | report refused                  | report refused | report refused
report with a stolen token | parked                          | report refused                      | report refused                  | report refused                  | report refused | report refused
`,
  'lambda durable': `
                           | WAITING                         | CLAIMED                       | RUNNING                                  | AGAIN                           | SUCCEEDED      | FAILED
an event or its timer      | claimed, started, asked         | started                       | -                                        | claimed, started, asked         | -              | -
two looks at once          | claimed, started, asked         | started                       | -                                        | claimed, started, asked         | -              | -
it is seen done            | claimed, started, asked         | started                       | done                                     | claimed, started, asked         | -              | -
it is seen failing         | claimed, failed: refused, asked | started                       | failed: failed                           | claimed, failed: refused, asked | -              | -
a lost answer              | claimed, asked                  | -                             | -                                        | claimed, asked                  | -              | -
a time-out                 | claimed, started, asked         | -                             | failed: timed-out, told to stop          | claimed, started, asked         | -              | -
its wave is stopped        | -                               | failed: stopped, told to stop | failed: stopped, told to stop            | -                               | -              | -
approval                   | answer refused                  | answer refused                | answer refused                           | answer refused                  | answer refused | answer refused
decline                    | answer refused                  | answer refused                | answer refused                           | answer refused                  | answer refused | answer refused
approval by another        | answer refused                  | answer refused                | answer refused                           | answer refused                  | answer refused | answer refused
report: done               | parked                          | report refused                | report refused                           | report refused                  | report refused | report refused
report: failed             | parked                          | report refused                | report refused                           | report refused                  | report refused | report refused
report: heartbeat          | parked                          | report refused                | report refused                           | report refused                  | report refused | report refused
report with a forged token | parked                          | report refused                | report refused                           | report refused                  | report refused | report refused
report with a stolen token | parked                          | report refused                | report refused                           | report refused                  | report refused | report refused
`,
  'lambda poll': `
                           | WAITING           | CLAIMED | RUNNING           | AGAIN             | SUCCEEDED      | FAILED
an event or its timer      | started           | never   | progress          | started           | -              | -
two looks at once          | started           | never   | progress          | started           | -              | -
it is seen done            | started           | never   | done              | started           | -              | -
it is seen failing         | started           | never   | failed: refused   | started           | -              | -
a lost answer              | started           | never   | progress          | started           | -              | -
a time-out                 | started, progress | never   | failed: timed-out | started, progress | -              | -
its wave is stopped        | -                 | never   | failed: stopped   | -                 | -              | -
approval                   | answer refused    | never   | answer refused    | answer refused    | answer refused | answer refused
decline                    | answer refused    | never   | answer refused    | answer refused    | answer refused | answer refused
approval by another        | answer refused    | never   | answer refused    | answer refused    | answer refused | answer refused
report: done               | parked            | never   | parked            | parked            | parked         | parked
report: failed             | parked            | never   | parked            | parked            | parked         | parked
report: heartbeat          | parked            | never   | parked            | parked            | parked         | parked
report with a forged token | parked            | never   | parked            | parked            | parked         | parked
report with a stolen token | parked            | never   | parked            | parked            | parked         | parked
`,
  traffic: `
                           | WAITING                           | CLAIMED                      | RUNNING           | AGAIN                             | SUCCEEDED      | FAILED
an event or its timer      | claimed, started, asked           | started, asked               | progress          | claimed, started, asked           | -              | -
two looks at once          | claimed, started, asked           | started, asked, asked        | progress          | claimed, started, asked           | -              | -
it is seen done            | claimed, started, asked           | started, asked               | done              | claimed, started, asked           | -              | -
it is seen failing         | claimed, failed: refused, asked   | asked                        | progress          | claimed, failed: refused, asked   | -              | -
a lost answer              | claimed, asked                    | asked                        | progress          | claimed, asked                    | -              | -
a time-out                 | claimed, started, progress, asked | failed: failed, asked, asked | failed: timed-out | claimed, started, progress, asked | -              | -
its wave is stopped        | -                                 | failed: stopped              | failed: stopped   | -                                 | -              | -
approval                   | answer refused                    | answer refused               | answer refused    | answer refused                    | answer refused | answer refused
decline                    | answer refused                    | answer refused               | answer refused    | answer refused                    | answer refused | answer refused
approval by another        | answer refused                    | answer refused               | answer refused    | answer refused                    | answer refused | answer refused
report: done               | parked                            | parked                       | parked            | parked                            | parked         | parked
report: failed             | parked                            | parked                       | parked            | parked                            | parked         | parked
report: heartbeat          | parked                            | parked                       | parked            | parked                            | parked         | parked
report with a forged token | parked                            | parked                       | parked            | parked                            | parked         | parked
report with a stolen token | parked                            | parked                       | parked            | parked                            | parked         | parked
`,
};
