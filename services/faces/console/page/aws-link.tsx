import { hasSession } from './session.ts';

/** AWS's console in a Region, by the partition that the Region is in. */
const consoleOf = (region: string): string => {
  if (region.startsWith('cn-')) return `${region}.console.amazonaws.cn`;
  return `${region}.console.${region.startsWith('us-gov-') ? 'amazonaws-us-gov' : 'aws.amazon'}.com`;
};

/** A place is an account and a Region. */
const regionOf = (place: string): string => place.split(' / ').at(-1) ?? '';

export const instanceLink = (place: string, instanceId: string): string => {
  const region = regionOf(place);
  return `https://${consoleOf(region)}/ec2/home?region=${region}#InstanceDetails:instanceId=${instanceId}`;
};

export const automationLink = (place: string, id: string): string => {
  const region = regionOf(place);
  return `https://${consoleOf(region)}/systems-manager/automation/execution/${id}?region=${region}`;
};

/** A link into AWS's console from a deployed page; what the simulated AWS has stands in no console. */
export const AwsLink = ({ href, text }: { readonly href: string; readonly text: string }) =>
  hasSession() ? (
    <a href={href} target="_blank" rel="noreferrer">
      {text}
    </a>
  ) : (
    <>{text}</>
  );
