import {
  begin,
  findIssuer,
  reasonOf,
  type Begun,
  type Issuer,
  type SignInSettings,
  type Tokens,
} from './issuer.ts';

/** The reader's right to ask, as the API wants it shown. */
export interface Bearer {
  /** The token for the next request; undefined once there is none to be had. Throws where the issuer does not answer. */
  readonly token: () => Promise<string | undefined>;
  /** Goes to the issuer, which sends the reader back to this place. */
  readonly leave: () => Promise<void>;
  /** Forgets the tokens, here and at the issuer. */
  readonly signOut: () => Promise<void>;
}

const begunKey = 'groundswell.sign-in';

/** A token that has less left than this could expire on its way. */
const marginMs = 30_000;

const leaveFor = async (issuer: Issuer): Promise<void> => {
  const begun = begin(location.hash);
  sessionStorage.setItem(begunKey, JSON.stringify(begun));
  location.assign(await issuer.signInAddress(begun));
};

/** Takes what was begun out of the browser, so that no answer is taken twice. */
const takeBegun = (): Begun | undefined => {
  const text = sessionStorage.getItem(begunKey);
  sessionStorage.removeItem(begunKey);
  // Nobody but this page writes there.
  return text === null ? undefined : (JSON.parse(text) as Begun);
};

const isAnswer = ({ searchParams }: URL): boolean =>
  searchParams.has('state') && (searchParams.has('code') || searchParams.has('error'));

/** Takes the issuer's answer out of the address before anything else, and changes it for tokens. */
const comeBack = async (issuer: Issuer, answer: URL): Promise<Tokens> => {
  const begun = takeBegun();
  history.replaceState(null, '', `/${begun?.hash ?? ''}`);
  if (begun === undefined) throw new Error('No sign-in was started here.');
  return issuer.exchange(answer, begun);
};

const createBearer = (issuer: Issuer, given: Tokens): Bearer => {
  let tokens: Tokens | undefined = given;
  // Many questions at once renew once: an issuer takes a second use of a refresh token for theft.
  let renewing: Promise<Tokens | undefined> | undefined;

  const renewed = async (refresh: string): Promise<string | undefined> => {
    renewing ??= issuer.renew(refresh).finally(() => (renewing = undefined));
    const next = await renewing;
    // Whoever has signed out meanwhile stays so.
    if (tokens !== undefined) tokens = next;
    return tokens?.access;
  };

  return {
    leave: () => leaveFor(issuer),
    async token() {
      if (tokens === undefined) return undefined;
      const leftMs = tokens.expiresAt - Date.now();
      if (leftMs > marginMs) return tokens.access;
      if (tokens.refresh !== undefined) return renewed(tokens.refresh);
      return leftMs > 0 ? tokens.access : undefined;
    },
    async signOut() {
      const refresh = tokens?.refresh;
      tokens = undefined;
      if (refresh !== undefined) await issuer.revoke(refresh);
      const address = issuer.signOutAddress();
      if (address !== undefined) location.assign(address);
    },
  };
};

const never = new Promise<never>(() => undefined);

/**
 * Signs the reader in by way of the issuer's own page, for which this page is left; an answer that was not asked for
 * here, or that the issuer refuses, is thrown as what to tell the reader.
 */
export const signIn = async (settings: SignInSettings): Promise<Bearer> => {
  try {
    const issuer = await findIssuer(settings, `${location.origin}/`);
    const here = new URL(location.href);
    if (isAnswer(here)) return createBearer(issuer, await comeBack(issuer, here));
    await leaveFor(issuer);
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
  return never;
};

export type SignIn = typeof signIn;
