/** What the SDK asks for its default chain: on Lambda, the credentials of the role, from the environment. */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
