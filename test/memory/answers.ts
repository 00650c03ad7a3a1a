/** What a port answers, each at one instant. What comes between a call and its answer is for whoever makes the call. */
export type Answers<Port> = {
  readonly [Name in keyof Port]: Port[Name] extends (...given: infer Given) => Promise<infer Answer>
    ? (...given: Given) => Answer
    : never;
};

type Method = (...given: readonly unknown[]) => unknown;

const mapped = <Port extends object>(
  methods: object,
  make: (name: keyof Port & string, call: () => unknown, given: readonly unknown[]) => unknown,
): Port =>
  Object.fromEntries(
    Object.entries(methods).map(([name, method]: readonly [string, Method]) => [
      name,
      (...given: readonly unknown[]) => make(name as keyof Port & string, () => method(...given), given),
    ]),
  ) as Port;

/** A port that answers so, each call of which is made by `call`: also of a method that it gets one day. */
export const answering = <Port extends object>(
  answers: Answers<Port>,
  call: <Answer>(name: keyof Port & string, answer: () => Answer) => Promise<Answer>,
): Port => mapped(answers, call);

/** The same port with something done around each of its calls. */
export const around = <Port extends object>(
  port: Port,
  make: (
    name: keyof Port & string,
    call: () => Promise<unknown>,
    given: readonly unknown[],
  ) => Promise<unknown>,
): Port => mapped<Port>(port, (name, call, given) => make(name, call as () => Promise<unknown>, given));
