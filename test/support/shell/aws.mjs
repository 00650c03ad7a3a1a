#!/usr/bin/env node
// Stands in for the AWS command line where a machine has none: `aws SERVICE OPERATION --option value …` becomes the
// call of the SDK's client of that service. JSON after an option is read; names are spelt as the client spells them.
const [service, operation, ...rest] = process.argv.slice(2);
const pascal = (text) => text.replace(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase());
const camel = (text) => text.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const packages = { events: 'eventbridge' };
const module = await import(`@aws-sdk/client-${packages[service] ?? service}`);
const spell = service === 'drs' ? camel : pascal;
const valueOf = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
const input = {};
const settings = {};
for (let at = 0; at < rest.length; at += 2)
  if (rest[at] === '--endpoint-url') settings.endpoint = rest[at + 1];
  else if (rest[at] === '--region') settings.region = rest[at + 1];
  else input[spell(rest[at].slice(2))] = valueOf(rest[at + 1]);
const Client = Object.entries(module).find(
  ([name]) => /^[A-Za-z]+Client$/.test(name) && name !== '__Client',
)[1];
const answer = await new Client(settings).send(new module[`${pascal(operation)}Command`](input));
delete answer.$metadata;
process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
