export interface DeadLetter {
  /** The queue's own name of this receipt; a later receipt of the same letter has another. */
  readonly receipt: string;
  readonly body: string;
  /** Whose delivery it was: a service's folder name; undefined where that is not known. */
  readonly service?: string;
}

/** Deliveries that were given up, in the queues to which they were sent. */
export interface DeadLetters {
  /**
   * Some of what waits in all queues, at most `lettersMax`. What is received stays hidden from others for a
   * while and then comes again, unless it is removed.
   */
  receive(lettersMax: number): Promise<readonly DeadLetter[]>;
  /** Removes a letter that has been dealt with. */
  remove(letter: DeadLetter): Promise<void>;
}
