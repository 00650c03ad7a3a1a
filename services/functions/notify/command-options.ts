/** Where the command line looks by itself. */
const defaultEndpoint = 'http://127.0.0.1:4566';

/** The options with which a reader's command line reaches the deployment that sent the message. */
export const commandOptionsOf = (environment: {
  readonly AWS_REGION: string;
  readonly AWS_ENDPOINT_URL?: string | undefined;
}): string => {
  const { AWS_REGION: region, AWS_ENDPOINT_URL: endpoint } = environment;
  if (endpoint === undefined) return `--endpoint aws --region ${region}`;
  return endpoint === defaultEndpoint ? '' : `--endpoint ${endpoint} --region ${region}`;
};
