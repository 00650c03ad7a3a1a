/** Actions of Automation that are carried out here, with the inputs that they need. */
const carriedOut: Readonly<Record<string, readonly string[]>> = {
  'aws:approve': ['Approvers'],
  'aws:assertAwsResourceProperty': ['Service', 'Api', 'PropertySelector', 'DesiredValues'],
  'aws:branch': ['Choices'],
  'aws:changeInstanceState': ['InstanceIds', 'DesiredState'],
  'aws:createTags': ['ResourceIds', 'Tags'],
  'aws:executeAutomation': ['DocumentName'],
  'aws:executeAwsApi': ['Service', 'Api'],
  'aws:invokeLambdaFunction': ['FunctionName'],
  'aws:pause': [],
  'aws:sleep': [],
  'aws:updateVariable': ['Name', 'Value'],
  'aws:waitForAwsResourceProperty': ['Service', 'Api', 'PropertySelector', 'DesiredValues'],
};

/** Actions that exist, and come out only as a scenario says: nothing of a document runs on this machine. */
const answeredFor = new Set([
  ...['aws:copyImage', 'aws:createImage', 'aws:createStack', 'aws:deleteImage', 'aws:deleteStack'],
  ...['aws:executeScript', 'aws:executeStateMachine', 'aws:invokeWebhook', 'aws:loop', 'aws:runCommand'],
  'aws:runInstances',
]);

export const isCarriedOut = (action: string): boolean => Object.hasOwn(carriedOut, action);

export const isAction = (action: string): boolean => isCarriedOut(action) || answeredFor.has(action);

/** What an action lacks without which AWS refuses its document. */
export const actionFaults = (
  action: string,
  inputs: Readonly<Record<string, unknown>>,
): readonly string[] => {
  const needed = (carriedOut[action] ?? []).filter((name) => inputs[name] === undefined);
  const faults = needed.map((name) => `${action} needs the input ${name}`);
  const sleeps =
    action === 'aws:sleep' && inputs['Duration'] === undefined && inputs['Timestamp'] === undefined;
  return sleeps ? [...faults, 'aws:sleep needs the input Duration or Timestamp'] : faults;
};
