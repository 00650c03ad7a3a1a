import { signal } from '@preact/signals';
import type { SignInSettings } from './issuer.ts';
import type { Bearer, SignIn } from './sign-in.ts';

interface Config {
  readonly signIn?: SignInSettings;
}

/** The API is asked no more: only the reader may go to the issuer again, so that no page goes there in a circle. */
export class SignedOutError extends Error {
  constructor() {
    super('You are signed out.');
    this.name = 'SignedOutError';
  }
}

export const isSignedOut = signal(false);

let bearer: Bearer | undefined;

/** A file of its own, which the local runtime never asks for. */
const signInFile = '/sign-in.js';

/** Finds out whether readers have to sign in, and lets them do it. Until it is done nothing else may be asked. */
export const openSession = async (): Promise<void> => {
  const response = await fetch('/config.json');
  if (!response.ok) throw new Error(`The page has no configuration: ${response.status}.`);
  const { signIn: settings } = (await response.json()) as Config;
  if (settings === undefined) return;
  const { signIn } = (await import(signInFile)) as { readonly signIn: SignIn };
  bearer = await signIn(settings);
};

export const hasSession = (): boolean => bearer !== undefined;

export const signInAgain = (): void => void bearer?.leave();

export const signOut = (): void => {
  isSignedOut.value = true;
  void bearer?.signOut();
};

const refuse = (): never => {
  isSignedOut.value = true;
  throw new SignedOutError();
};

/** Asks the API in the reader's name, where readers have one. Throws SignedOutError when they have no more. */
export const fetchSigned = async (url: string, request: RequestInit = {}): Promise<Response> => {
  if (bearer === undefined) return fetch(url, request);
  if (isSignedOut.value) return refuse();
  const token = await bearer.token();
  if (token === undefined) return refuse();
  const headers = new Headers(request.headers);
  headers.set('authorization', `Bearer ${token}`);
  const response = await fetch(url, { ...request, headers });
  return response.status === 401 ? refuse() : response;
};
