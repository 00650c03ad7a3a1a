/** Epoch milliseconds, as this machine believes. Two machines may disagree by minutes. */
export interface Clock {
  now(): number;
}
