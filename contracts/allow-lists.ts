/** What plans may use only as far as their deployment allows. */
export const allowedThings = ['documents', 'functions', 'traffic'] as const;
export type AllowedThing = (typeof allowedThings)[number];

/** The parameter of SSM in which a deployment publishes each allow-list, in JSON. */
export const allowListParameters: Readonly<Record<AllowedThing, string>> = {
  documents: '/groundswell/allowed-documents',
  functions: '/groundswell/allowed-functions',
  traffic: '/groundswell/allowed-traffic',
};
