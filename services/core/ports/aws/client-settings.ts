/** Where somebody outside finds the deployment. */
export interface Whereabouts {
  /** Undefined: AWS itself, with the caller's own credentials. */
  readonly endpoint: string | undefined;
  /** Undefined: as the AWS configuration says. */
  readonly region: string | undefined;
}

/** Real credentials are not shown to an endpoint that does not check them. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Of the SDK's clients. */
export const clientSettings = ({ endpoint, region }: Whereabouts) => ({
  ...(region !== undefined && { region }),
  ...(endpoint !== undefined && { endpoint, credentials: localCredentials }),
});
