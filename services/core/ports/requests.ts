/** How somebody outside asks for something: the request is an event like any other. */
export interface Requests {
  /** Publishes a request or a decision under its event's name; returns the bus's id of it. Throws when the bus refused it. */
  say(name: string, data: unknown): Promise<string>;
}
