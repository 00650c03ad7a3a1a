/** What one question of the examination came to. */
export interface Finding {
  /** Which question. */
  readonly check: string;
  /** `unknown`: it could not be asked, which is no fault of the deployment. */
  readonly level: 'ok' | 'fault' | 'warning' | 'unknown';
  readonly message: string;
  /** What to do about it; a command where there is one. */
  readonly toDo?: string;
}

/** One question, or several that are answered together. */
export type Check = () => Promise<readonly Finding[]>;

export const ok = (check: string, message: string): Finding => ({ check, level: 'ok', message });
export const fault = (check: string, message: string, toDo: string): Finding => ({
  ...{ check, message, toDo },
  level: 'fault',
});
export const warning = (check: string, message: string, toDo: string): Finding => ({
  ...{ check, message, toDo },
  level: 'warning',
});
export const unknown = (check: string, message: string, toDo: string): Finding => ({
  ...{ check, message, toDo },
  level: 'unknown',
});

const deniedName = /AccessDenied|UnauthorizedOperation|AuthorizationError/;

/** A question that AWS does not answer is a finding of its own: denied to the caller, or broken. */
export const asked = async (check: string, ask: Check): Promise<readonly Finding[]> => {
  try {
    return await ask();
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const why = `${name}: ${message.slice(0, 300)}`;
    return deniedName.test(name)
      ? [unknown(check, `not checked: ${why}`, 'use credentials that may read it')]
      : [fault(check, why, 'fix what the message says, or run doctor again if it may be temporary')];
  }
};
